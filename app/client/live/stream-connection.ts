// One connection to GET /api/events/multiplexed, kept open, in a worker or in a page.
//
// The browser's own reconnect is not used, because it would resume from where the stream was first opened. Instead a new
// stream is opened from the current cursors, with exponential backoff and jitter, so that not all browsers reconnect at once
// after a restart of the server. To watch other jobs, the next stream is opened before the previous one is closed, so that
// the tabs do not become stale. There are at most two connections, and the events of only one of them are used.
//
// The server sends heartbeats, because a connection that died without notice (a phone that slept, a train in a tunnel) looks
// like one without events.
import type { MultiplexedUpdate } from "#lib/contract/events.ts";
import type { ConnectionStatus } from "./messages.ts";

type Options = {
  /** Called for each new stream. */
  url: () => string;
  onUpdate: (update: MultiplexedUpdate, units: number) => void;
  /** The server's clock (ms), now or a little earlier. */
  onServerTime: (ms: number) => void;
  onStatus: (status: ConnectionStatus) => void;
};

export type StreamConnection = {
  /** Opens a stream with the current URL, then closes the previous one. */
  reopen: () => void;
  close: () => void;
};

const BACKOFF_MIN_MS = 500;
const BACKOFF_MAX_MS = 15_000;
/** A little more than two heartbeat intervals of the server. */
const HEARTBEAT_TIMEOUT_MS = 25_000;
const HEARTBEAT_CHECK_MS = 5000;

export function openStreamConnection(options: Options): StreamConnection {
  /** The stream whose events are used. */
  let current: EventSource | undefined;
  /** Replaces `current` when it is open. */
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
      // The previous stream continues to work when only its replacement failed.
      if (current === undefined) reportLost();
      void checkSignedOut();
      scheduleRetry();
    }
  };

  const reportLost = () => {
    lostSince ??= Date.now();
    if (!isSignedOut) options.onStatus({ phase: "lost", since: lostSince });
  };

  /** EventSource does not report why it was refused, and retrying does not help when the session has expired. */
  const checkSignedOut = async () => {
    try {
      const response = await fetch("/api/whoami", { cache: "no-store" });
      const body = (await response.json()) as { user?: unknown };
      if (isClosed || current !== undefined || !response.ok || body.user !== null) return;
      isSignedOut = true;
      options.onStatus({ phase: "signed_out" });
    } catch {
      // The server is unreachable, which has been reported to the tabs already.
    }
  };

  const scheduleRetry = () => {
    const delayMs = Math.min(BACKOFF_MAX_MS, BACKOFF_MIN_MS * 2 ** attempts) * (0.5 + Math.random() / 2);
    attempts += 1;
    clearTimeout(retryTimer);
    retryTimer = setTimeout(open, delayMs);
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
