"use client";
import type { ConnectionStatus } from "../../client/use-event-stream.ts";
import { useTimeZone } from "../../client/use-now.tsx";
import { formatClock } from "../../text/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { SignInLink } from "../../ui/sign-in-link.tsx";

/** Shown while the page is not up to date. */
export function ConnectionBanner({ connection }: { connection: ConnectionStatus }) {
  const timeZone = useTimeZone();
  if (connection.phase === "signed_out") {
    return (
      <Notice tone="warning" live="polite">
        You are signed out. <SignInLink /> to see updates.
      </Notice>
    );
  }
  if (connection.phase !== "lost") return null;
  return (
    <Notice tone="warning" live="polite">
      Connection lost. Reconnecting… This page shows the status as of{" "}
      {formatClock(new Date(connection.since).toISOString(), timeZone)}. Running deployments are not affected.
    </Notice>
  );
}
