// One server-sent event stream, kept open. The browser's own EventSource reconnects after a dropped connection
// and sends Last-Event-ID; it gives up for good when the server answers with an error, and then this opens a
// new one, with growing pauses and jitter so that a restart of the server is not met by everybody at once.
// Nothing here polls: while a stream is open, the server alone decides when something arrives. But it sends a
// heartbeat when it has nothing to say, because a connection that died without a word (a phone that slept, a train in
// a tunnel) looks to the browser like one on which nothing happens, and the page would go on looking current.
import type { z } from "zod";

export type StreamStatus =
  | { phase: "connecting" }
  | { phase: "open" }
  /** Not connected since `since` (ms): what the page shows is of that moment. */
  | { phase: "lost"; since: number }
  /** The server said that nothing more will come. */
  | { phase: "ended" };

export type EventSchemas = Readonly<Record<string, z.ZodType>>;

export type StreamEvent<Schemas extends EventSchemas> = {
  [Name in keyof Schemas & string]: { event: Name; data: z.infer<Schemas[Name]> };
}[keyof Schemas & string];

type Options<Schemas extends EventSchemas> = {
  /** Asked for each new stream, so that it can say what the page has already. */
  url: () => string;
  schemas: Schemas;
  /** Return "end" to close the stream for good. */
  onEvent: (event: StreamEvent<Schemas>) => "end" | undefined;
  onStatus: (status: StreamStatus) => void;
  /** The server refused the stream; called before the pause that precedes the next attempt. */
  onRefused: () => void;
};

const PAUSE_MIN_MS = 500;
const PAUSE_MAX_MS = 15_000;
/** Two heartbeats of the server and a little. */
const SILENT_MS = 25_000;
const SILENCE_LOOK_MS = 5000;

/** @returns a function that closes the stream; idempotent. */
export function openEventStream<Schemas extends EventSchemas>(options: Options<Schemas>): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let attempts = 0;
  let lostSince: number | undefined;
  let isClosed = false;
  let heardAt = performance.now();
  const heard = () => {
    heardAt = performance.now();
  };

  const connect = () => {
    heard();
    clearTimeout(timer);
    timer = undefined;
    source?.close();
    const opened = new EventSource(options.url());
    source = opened;
    opened.addEventListener("open", () => {
      heard();
      attempts = 0;
      lostSince = undefined;
      options.onStatus({ phase: "open" });
    });
    opened.addEventListener("error", () => {
      lostSince ??= Date.now();
      options.onStatus({ phase: "lost", since: lostSince });
      if (opened.readyState !== EventSource.CLOSED) return;
      options.onRefused();
      retryLater();
    });
    opened.addEventListener("heartbeat", heard);
    for (const name of Object.keys(options.schemas)) {
      opened.addEventListener(name, (message: MessageEvent<string>) => receive(name, message.data));
    }
  };

  const receive = (name: string, text: string) => {
    if (isClosed) return;
    heard();
    const schema = options.schemas[name];
    if (schema === undefined) return;
    const data = schema.parse(JSON.parse(text));
    // The union over names cannot be narrowed by a name that is only known at run time.
    const verdict = options.onEvent({ event: name, data } as StreamEvent<Schemas>);
    if (verdict === "end") {
      close();
      options.onStatus({ phase: "ended" });
    }
  };

  const retryLater = () => {
    const pause = Math.min(PAUSE_MAX_MS, PAUSE_MIN_MS * 2 ** attempts) * (0.5 + Math.random() / 2);
    attempts += 1;
    clearTimeout(timer);
    timer = setTimeout(connect, pause);
  };

  // A network that comes back is a better sign than any timer. The old stream may look open and be dead.
  const onOnline = () => connect();
  const onOffline = () => {
    lostSince ??= Date.now();
    options.onStatus({ phase: "lost", since: lostSince });
  };

  const lookForSilence = () => {
    if (source?.readyState !== EventSource.OPEN || performance.now() - heardAt < SILENT_MS) return;
    onOffline();
    connect();
  };
  // A page that comes back into view may have slept through anything.
  const onVisible = () => {
    if (document.visibilityState === "visible") lookForSilence();
  };
  // Taken out of the browser's memory by "back": whatever was open then is not any more.
  const onShown = (event: PageTransitionEvent) => {
    if (event.persisted) connect();
  };
  const silenceTimer = setInterval(lookForSilence, SILENCE_LOOK_MS);

  const close = () => {
    isClosed = true;
    clearInterval(silenceTimer);
    document.removeEventListener("visibilitychange", onVisible);
    clearTimeout(timer);
    source?.close();
    globalThis.removeEventListener("pageshow", onShown);
    globalThis.removeEventListener("online", onOnline);
    globalThis.removeEventListener("offline", onOffline);
  };

  document.addEventListener("visibilitychange", onVisible);
  globalThis.addEventListener("pageshow", onShown);
  globalThis.addEventListener("online", onOnline);
  globalThis.addEventListener("offline", onOffline);
  connect();
  return close;
}
