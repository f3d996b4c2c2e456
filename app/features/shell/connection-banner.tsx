"use client";
import type { ConnectionStatus } from "../../client/use-event-stream.ts";
import { Notice } from "../../ui/notice.tsx";
import { ExactClock } from "../../ui/time.tsx";
import { SignInLink } from "../../ui/sign-in-link.tsx";

/** Shown while the page is not up to date. */
export function ConnectionBanner({ connection }: { connection: ConnectionStatus }) {
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
      <ExactClock at={new Date(connection.since).toISOString()} />. Running deployments are not affected.
    </Notice>
  );
}
