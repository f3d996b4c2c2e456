"use client";
// Subscribes a component to the events of one job or of the overview, while it is mounted. See live/ for the stream.
import { useEffect, useEffectEvent, useState } from "react";
import type { z } from "zod";
import type { ConnectionStatus as StreamStatus, Cursor } from "./live/messages.ts";
import { subscribe } from "./live/tab-link.ts";

/** `ended`: no more events will arrive. */
export type ConnectionStatus = StreamStatus | { phase: "ended" };

type EventSchemas = Readonly<Record<string, z.ZodType>>;

type StreamEvent<Schemas extends EventSchemas> = {
  [Name in keyof Schemas & string]: { event: Name; data: z.infer<Schemas[Name]> };
}[keyof Schemas & string];

type Options<Schemas extends EventSchemas> = {
  /** Null for the overview; undefined for no subscription. */
  jobId: number | null | undefined;
  /** The last event and line that the page has. Called whenever the stream is reopened for this tab. */
  cursor?: () => Cursor;
  schemas: Schemas;
  onEvent: (event: StreamEvent<Schemas>) => void;
};

const NOTHING: Cursor = { eventSeq: 0, line: 0 };

export function useEventStream<Schemas extends EventSchemas>(options: Options<Schemas>): ConnectionStatus {
  const { jobId, schemas } = options;
  const [status, setStatus] = useState<ConnectionStatus>({ phase: "connecting" });
  const cursor = useEffectEvent(() => options.cursor?.() ?? NOTHING);
  const onEvent = useEffectEvent(options.onEvent);

  useEffect(() => {
    if (jobId === undefined) return;
    return subscribe({
      jobId,
      cursor: () => cursor(),
      onEvent: ({ event, data }) => {
        const schema = schemas[event];
        // The union cannot be narrowed by a name that is only known at run time.
        if (schema !== undefined) onEvent({ event, data: schema.parse(data) } as StreamEvent<Schemas>);
      },
      onStatus: setStatus,
    });
  }, [jobId, schemas]);

  return status;
}

/** Whether the page is up to date, so that actions are allowed. Before the stream opens, it is as fresh as its HTML. */
export function isCurrent(status: ConnectionStatus): boolean {
  return status.phase !== "lost" && status.phase !== "signed_out";
}
