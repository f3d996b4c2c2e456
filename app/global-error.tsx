"use client";

/** Shown when even the root layout fails to render. No styles are available here. */
export default function GlobalError({ error }: { error: Error & { digest?: string } }) {
  return (
    <html lang="en">
      <body>
        <h1>This page could not be loaded</h1>
        <p>Running deployments are not affected. Reload the page in a moment.</p>
        {error.digest !== undefined && <p>Error ID: {error.digest}</p>}
      </body>
    </html>
  );
}
