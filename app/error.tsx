"use client";
import { MessagePage } from "./ui/message-page.tsx";

/** Shown when a page fails to render. The button reloads the whole page, because the cause is usually on the server. */
export default function ErrorPage({ error }: { error: Error & { digest?: string } }) {
  return (
    <MessagePage title="This page could not be loaded">
      <p>Running deployments are not affected. Reload the page in a moment.</p>
      {error.digest !== undefined && <p>Error ID: {error.digest}</p>}
      <button type="button" onClick={() => window.location.reload()}>
        Reload
      </button>
    </MessagePage>
  );
}
