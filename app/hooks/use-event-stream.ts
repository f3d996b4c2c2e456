"use client";
// A server-sent event stream for as long as a component is on the page (lib/event-stream.ts does the work).
import { useEffect, useEffectEvent, useState } from "react";
import { whoami } from "#lib/wire/schemas.ts";
import { callApi } from "../lib/api.ts";
import {
  openEventStream,
  type EventSchemas,
  type StreamEvent,
  type StreamStatus,
} from "../lib/event-stream.ts";

export type ConnectionStatus = StreamStatus | { phase: "signed_out" };

type Options<Schemas extends EventSchemas> = {
  /** Undefined: no stream. */
  url: string | undefined;
  /** Added to `url` whenever a stream is opened anew (not when the browser resumes one by itself). */
  query?: () => string;
  schemas: Schemas;
  onEvent: (event: StreamEvent<Schemas>) => "end" | undefined;
};

export function useEventStream<Schemas extends EventSchemas>(options: Options<Schemas>): ConnectionStatus {
  const { url, schemas } = options;
  const [status, setStatus] = useState<ConnectionStatus>({ phase: "connecting" });
  const onEvent = useEffectEvent(options.onEvent);
  const currentUrl = useEffectEvent(() => `${url ?? ""}${options.query?.() ?? ""}`);

  useEffect(() => {
    if (url === undefined) return;
    // EventSource does not say why it was refused, and "sign in again" is not "try again".
    const onRefused = () => {
      callApi({ path: "/api/whoami", answer: whoami }).then(
        ({ user }) => {
          if (user === null) setStatus({ phase: "signed_out" });
        },
        () => undefined,
      );
    };
    return openEventStream({
      url: () => currentUrl(),
      schemas,
      onEvent: (event) => onEvent(event),
      onStatus: setStatus,
      onRefused,
    });
  }, [url, schemas]);

  return status;
}

/** Whether what the page shows may be acted upon. A stream that never opened yet shows what was just rendered. */
export function isCurrent(status: ConnectionStatus): boolean {
  return status.phase !== "lost" && status.phase !== "signed_out";
}
