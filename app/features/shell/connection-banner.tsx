"use client";
import type { ConnectionStatus } from "../../client/use-event-stream.ts";
import { useTimeZone } from "../../client/use-now.tsx";
import { formatClock } from "../../text/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { SignInLink } from "../../ui/sign-in-link.tsx";

/** Says so while the page is not up to date. Calm: the deployment itself does not need this page. */
export function ConnectionBanner({ connection }: { connection: ConnectionStatus }) {
  const timeZone = useTimeZone();
  if (connection.phase === "signed_out") {
    return (
      <Notice tone="warning" announced="politely">
        You are signed out. <SignInLink /> to see what goes on.
      </Notice>
    );
  }
  if (connection.phase !== "lost") return null;
  return (
    <Notice tone="warning" announced="politely">
      Not connected; showing the state of {formatClock(new Date(connection.since).toISOString(), timeZone)};
      trying again. Running deployments are not affected.
    </Notice>
  );
}
