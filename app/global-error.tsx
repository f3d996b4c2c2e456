"use client";

/** The last resort, when even the frame of the page failed: no styles can be relied upon here. */
export default function GlobalError({ error }: { error: Error & { digest?: string } }) {
  return (
    <html lang="en">
      <body>
        <h1>SpiderPig could not show this page</h1>
        <p>Running deployments are not affected. Reload the page in a moment.</p>
        {error.digest !== undefined && <p>For whoever runs this site: error {error.digest}.</p>}
      </body>
    </html>
  );
}
