// One connection to GET /api/events/multiplexed, kept open, in a worker or in a page.
//
// The browser's own reconnect is not used, because it would resume from where the stream was first opened. Instead a new
// stream is opened from the current cursors, with exponential backoff. To watch other jobs, the next stream is opened before
// the previous one is closed, so that the tabs do not become stale. There are at most two connections, and the events of only
// one of them are used.
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
  let current: Stream | undefined;
  /** Replaces `current` when it is open. */
  let next: Stream | undefined;
  let isClosed = false;
  const status = createStatusReporter(options.onStatus);

  const open = () => {
    retry.cancel();
    next?.close();
    next = openStream(options, activate, fail);
  };

  const activate = (stream: Stream) => {
    current?.close();
    current = stream;
    next = undefined;
    retry.reset();
    status.open();
  };

  const fail = (stream: Stream) => {
    stream.close();
    if (stream === current) {
      current = undefined;
      status.lost();
      if (next === undefined) retry.schedule();
      return;
    }
    next = undefined;
    // The previous stream continues to work when only its replacement failed.
    if (current === undefined) status.lost();
    void checkSignedOut();
    retry.schedule();
  };

  const checkSignedOut = async () => {
    const isSignedOut = await isSessionExpired();
    if (isSignedOut && !isClosed && current === undefined) status.signedOut();
  };

  const retry = createRetry(open);
  const heartbeatTimer = setInterval(() => {
    for (const stream of [current, next]) if (stream?.isStale() === true) fail(stream);
  }, HEARTBEAT_CHECK_MS);

  open();
  return {
    reopen: () => {
      retry.reset();
      open();
    },
    close: () => {
      isClosed = true;
      clearInterval(heartbeatTimer);
      retry.cancel();
      current?.close();
      next?.close();
    },
  };
}

type Stream = {
  /** Whether nothing, not even a heartbeat, has arrived for too long. */
  isStale: () => boolean;
  /** Its events are not used any more. */
  close: () => void;
};

function openStream(
  { url, onUpdate, onServerTime }: Options,
  onOpen: (stream: Stream) => void,
  onFailed: (stream: Stream) => void,
): Stream {
  const source = new EventSource(url());
  let isClosed = false;
  let lastMessageAt = performance.now();
  const stream: Stream = {
    isStale: () => performance.now() - lastMessageAt > HEARTBEAT_TIMEOUT_MS,
    close: () => {
      isClosed = true;
      source.close();
    },
  };
  const listen = (name: string, handle: (message: MessageEvent<string>) => void) => {
    source.addEventListener(name, (message: MessageEvent<string>) => {
      if (isClosed) return;
      lastMessageAt = performance.now();
      handle(message);
    });
  };
  listen("open", () => onOpen(stream));
  listen("error", () => onFailed(stream));
  listen("heartbeat", ({ data }) => onServerTime(Date.parse((JSON.parse(data) as { at: string }).at)));
  listen("update", ({ data }) => onUpdate(JSON.parse(data) as MultiplexedUpdate, data.length));
  return stream;
}

/** A page that is signed out stays so until a stream opens, and a lost connection is lost since the first failure. */
function createStatusReporter(report: (status: ConnectionStatus) => void) {
  let lostSince: number | undefined;
  let isSignedOut = false;
  return {
    open: () => {
      lostSince = undefined;
      isSignedOut = false;
      report({ phase: "open" });
    },
    lost: () => {
      lostSince ??= Date.now();
      if (!isSignedOut) report({ phase: "lost", since: lostSince });
    },
    signedOut: () => {
      isSignedOut = true;
      report({ phase: "signed_out" });
    },
  };
}

/** Exponential backoff with jitter, so that not all browsers reconnect at once. */
function createRetry(run: () => void) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let attempts = 0;
  return {
    schedule: () => {
      const delayMs = Math.min(BACKOFF_MAX_MS, BACKOFF_MIN_MS * 2 ** attempts) * (0.5 + Math.random() / 2);
      attempts += 1;
      clearTimeout(timer);
      timer = setTimeout(run, delayMs);
    },
    reset: () => {
      attempts = 0;
    },
    cancel: () => clearTimeout(timer),
  };
}

/** EventSource does not report why it was refused, and retrying does not help when the session has expired. */
async function isSessionExpired(): Promise<boolean> {
  try {
    const response = await fetch("/api/whoami", { cache: "no-store" });
    return response.ok && ((await response.json()) as { user?: unknown }).user === null;
  } catch {
    // The server is unreachable, which has been reported to the tabs already.
    return false;
  }
}
