"use client";
import { MessagePage } from "./ui/message-page.tsx";
import { Button } from "./ui/button.tsx";

/** A page that could not be made. The deployments do not depend on it, and whoever reads this wants to know.
 *  Trying again loads all of it, because what failed is mostly on the server's side. */
export default function ErrorPage({ error }: { error: Error & { digest?: string } }) {
  return (
    <MessagePage title="This page could not be shown">
      <p>Running deployments are not affected. Try again in a moment.</p>
      {error.digest !== undefined && <p>For whoever runs this site: error {error.digest}.</p>}
      <Button tone="progressive" weight="primary" size="large" onClick={() => window.location.reload()}>
        Try again
      </Button>
    </MessagePage>
  );
}
