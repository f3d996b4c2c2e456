"use client";
import type { ConnectionStatus } from "../../client/use-event-stream.ts";
import { useOverview } from "../../client/use-overview.tsx";
import { Button } from "../../ui/button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { ExactClock } from "../../ui/time.tsx";
import { SignInLink } from "../../ui/sign-in-link.tsx";

/** Shown while the page is not up to date. */
export function ConnectionBanner({ connection }: { connection: ConnectionStatus }) {
  const { isOutdated } = useOverview();
  if (connection.phase === "signed_out") {
    return (
      <Notice tone="warning" live="polite">
        You are signed out. <SignInLink /> to see updates.
      </Notice>
    );
  }
  if (connection.phase !== "lost") return isOutdated ? <UpdateNotice /> : null;
  return (
    <Notice tone="warning" live="polite">
      Connection lost. Reconnecting… This page shows the status as of{" "}
      <ExactClock at={new Date(connection.since).toISOString()} />. Running deployments are not affected.
    </Notice>
  );
}

/** The page does not reload by itself: it could take away what a person is writing or about to press. */
function UpdateNotice() {
  return (
    <Notice
      tone="notice"
      live="polite"
      action={<Button onClick={() => window.location.reload()}>Reload</Button>}
    >
      SpiderPig was updated. Reload this page. Running deployments are not affected.
    </Notice>
  );
}
