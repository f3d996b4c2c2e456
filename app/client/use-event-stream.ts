"use client";
// Subscribes a component to the events of one job or window, or of the overview, while it is mounted. See live/ for the stream.
import { useEffect, useEffectEvent, useState } from "react";
import type { ConnectionStatus as StreamStatus, Cursor } from "./live/messages.ts";
import type { LiveEvent } from "./live/subscriptions.ts";
import { subscribe } from "./live/tab-link.ts";

/** `ended`: no more events will arrive. */
export type ConnectionStatus = StreamStatus | { phase: "ended" };

type Options<Event extends LiveEvent> = {
  /** Null for the overview, and for a window; undefined for no subscription. */
  jobId: number | null | undefined;
  windowId?: number;
  /** The last event and line that the page has. Called whenever the stream is reopened for this tab. */
  cursor?: () => Cursor;
  onEvent: (event: Event) => void;
};

const NOTHING: Cursor = { eventSeq: 0, line: 0 };

/** @typeParam Event what the server sends: the page and the server have the same version (`isOutdated` in overview-state.ts). */
export function useEventStream<Event extends LiveEvent>(options: Options<Event>): ConnectionStatus {
  const { jobId, windowId = null } = options;
  const [status, setStatus] = useState<ConnectionStatus>({ phase: "connecting" });
  const cursor = useEffectEvent(() => options.cursor?.() ?? NOTHING);
  const onEvent = useEffectEvent(options.onEvent);

  useEffect(() => {
    if (jobId === undefined) return;
    return subscribe({
      jobId,
      windowId,
      cursor: () => cursor(),
      onEvent: (event) => onEvent(event as Event),
      onStatus: setStatus,
    });
  }, [jobId, windowId]);

  return status;
}

/** Whether the page is up to date, so that actions are allowed. Before the stream opens, it is as fresh as its HTML. */
export function isCurrent(status: ConnectionStatus): boolean {
  return status.phase !== "lost" && status.phase !== "signed_out";
}
