"use client";
// The events of one job, or of the overview, for as long as a component is on the page (lib/live/ does the work).
import { useEffect, useEffectEvent, useState } from "react";
import type { z } from "zod";
import type { ConnectionStatus as StreamStatus, Cursor } from "./live/messages.ts";
import { subscribe } from "./live/tab-link.ts";

/** `ended`: nothing more will come. */
export type ConnectionStatus = StreamStatus | { phase: "ended" };

type EventSchemas = Readonly<Record<string, z.ZodType>>;

type StreamEvent<Schemas extends EventSchemas> = {
  [Name in keyof Schemas & string]: { event: Name; data: z.infer<Schemas[Name]> };
}[keyof Schemas & string];

type Options<Schemas extends EventSchemas> = {
  /** Null for the overview. Undefined: nothing is watched. */
  jobId: number | null | undefined;
  /** What the page has already; called whenever the stream is opened again for this tab. */
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
        // The union over names cannot be narrowed by a name that is only known at run time.
        if (schema !== undefined) onEvent({ event, data: schema.parse(data) } as StreamEvent<Schemas>);
      },
      onStatus: setStatus,
    });
  }, [jobId, schemas]);

  return status;
}

/** Whether what the page shows may be acted upon. A stream that never opened yet shows what was just rendered. */
export function isCurrent(status: ConnectionStatus): boolean {
  return status.phase !== "lost" && status.phase !== "signed_out";
}
