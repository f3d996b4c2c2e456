// One connection to GET /api/events/multiplexed, kept open, in a worker or in a page.
//
// A stream is never resumed by the browser itself, which would ask again from where the stream was opened; a new one is
// opened from the cursors of now, with exponential backoff and jitter so that a restart of the server is not met by all
// browsers at once. To watch something else the next stream is opened before the previous one is closed: nothing that the
// tabs show becomes stale meanwhile. That makes at most two connections, and events of one of them at a time.
//
// The server sends a heartbeat when it has nothing else to send, because a connection that died silently (a phone that
// slept, a train in a tunnel) looks like one on which nothing happens.
import type { MultiplexedUpdate } from "#lib/contract/events.ts";
import type { ConnectionStatus } from "./messages.ts";

type Options = {
  /** Called for each new stream. */
  url: () => string;
  onUpdate: (update: MultiplexedUpdate, units: number) => void;
  /** The server's clock (ms), as of now or a little earlier. */
  onServerTime: (ms: number) => void;
  onStatus: (status: ConnectionStatus) => void;
};

export type StreamConnection = {
  /** Opens a stream with the current URL, then closes the previous one. */
  reopen: () => void;
  close: () => void;
};

const PAUSE_MIN_MS = 500;
const PAUSE_MAX_MS = 15_000;
/** Two heartbeats of the server and a little. */
const HEARTBEAT_TIMEOUT_MS = 25_000;
const HEARTBEAT_CHECK_MS = 5000;

export function openStreamConnection(options: Options): StreamConnection {
  /** The stream whose events count. */
  let current: EventSource | undefined;
  /** Takes the place of `current` when it is open. */
  let next: EventSource | undefined;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let attempts = 0;
  let lostSince: number | undefined;
  let isSignedOut = false;
  let isClosed = false;
  let lastMessageAt = 0;
  let openingAt = 0;

  const open = () => {
    clearTimeout(retryTimer);
    next?.close();
    const source = new EventSource(options.url());
    next = source;
    openingAt = performance.now();
    source.addEventListener("open", () => {
      if (source === next) activate(source);
    });
    source.addEventListener("error", () => fail(source));
    source.addEventListener("heartbeat", (message: MessageEvent<string>) => {
      if (source !== current) return;
      lastMessageAt = performance.now();
      options.onServerTime(Date.parse((JSON.parse(message.data) as { at: string }).at));
    });
    source.addEventListener("update", (message: MessageEvent<string>) => {
      if (source !== current) return;
      lastMessageAt = performance.now();
      options.onUpdate(JSON.parse(message.data) as MultiplexedUpdate, message.data.length);
    });
  };

  const activate = (source: EventSource) => {
    current?.close();
    current = source;
    next = undefined;
    lastMessageAt = performance.now();
    attempts = 0;
    lostSince = undefined;
    isSignedOut = false;
    options.onStatus({ phase: "open" });
  };

  const fail = (source: EventSource) => {
    source.close();
    if (source === current) {
      current = undefined;
      reportLost();
      if (next === undefined) scheduleRetry();
    } else if (source === next) {
      next = undefined;
      // The previous stream goes on working when only its replacement failed.
      if (current === undefined) reportLost();
      void checkSignedOut();
      scheduleRetry();
    }
  };

  const reportLost = () => {
    lostSince ??= Date.now();
    if (!isSignedOut) options.onStatus({ phase: "lost", since: lostSince });
  };

  /** EventSource does not say why it was refused, and "sign in again" is not "try again". */
  const checkSignedOut = async () => {
    try {
      const response = await fetch("/api/whoami", { cache: "no-store" });
      const body = (await response.json()) as { user?: unknown };
      if (isClosed || current !== undefined || !response.ok || body.user !== null) return;
      isSignedOut = true;
      options.onStatus({ phase: "signed_out" });
    } catch {
      // The server cannot be reached, which the tabs are told already.
    }
  };

  const scheduleRetry = () => {
    const pause = Math.min(PAUSE_MAX_MS, PAUSE_MIN_MS * 2 ** attempts) * (0.5 + Math.random() / 2);
    attempts += 1;
    clearTimeout(retryTimer);
    retryTimer = setTimeout(open, pause);
  };

  const checkHeartbeats = () => {
    const now = performance.now();
    if (current !== undefined && now - lastMessageAt > HEARTBEAT_TIMEOUT_MS) fail(current);
    if (next !== undefined && now - openingAt > HEARTBEAT_TIMEOUT_MS) fail(next);
  };
  const heartbeatTimer = setInterval(checkHeartbeats, HEARTBEAT_CHECK_MS);

  open();
  return {
    reopen: () => {
      attempts = 0;
      open();
    },
    close: () => {
      isClosed = true;
      clearInterval(heartbeatTimer);
      clearTimeout(retryTimer);
      current?.close();
      next?.close();
      current = undefined;
      next = undefined;
    },
  };
}
