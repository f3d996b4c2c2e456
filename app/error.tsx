"use client";
import { MessagePage } from "./components/shell/message-page.tsx";
import { Button } from "./components/ui/button.tsx";

/** A page that could not be made. The deployments do not depend on it, and whoever reads this wants to know. */
export default function ErrorPage({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return (
    <MessagePage title="This page could not be shown">
      <p>Running deployments are not affected. Try again in a moment.</p>
      {error.digest !== undefined && <p>For whoever runs this site: error {error.digest}.</p>}
      <Button tone="progressive" weight="primary" size="large" onClick={reset}>
        Try again
      </Button>
    </MessagePage>
  );
}
