// The stream of server-sent events of one watcher. Small events are always queued. Output is sent only while the watcher
// keeps up, so that a slow one costs no memory: it reads from the database at its own pace.
import { onShutdown } from "../shutdown.ts";

/** Queued bytes above which no more output is pushed to this watcher. */
const OUTPUT_HIGH_WATER_BYTES = 256 * 1024;
/** Queued bytes above which a watcher that reads nothing is disconnected; it resumes when it comes back. */
const STALLED_BYTES = 8 * 1024 * 1024;
/**
 * A browser detects a dead connection only by missing data, and proxies close streams without data for about a minute. The
 * page reconnects after two missed heartbeats (app/client/live/stream-connection.ts).
 */
const HEARTBEAT_MS = 10_000;
/** Jitter: browsers that lost the server do not reconnect all at once. */
const RETRY_MS_MIN = 300;
const RETRY_MS_SPREAD = 1200;

const encoder = new TextEncoder();

export type EventStream = {
  readonly body: ReadableStream<Uint8Array>;
  readonly isOpen: boolean;
  /** True when output may be pushed; otherwise `onDrain` is called later. */
  readonly hasRoom: boolean;
  /** @param data JSON text, encoded once for all watchers. @param id cursor for Last-Event-ID. */
  send(event: string, data: string, id?: string): void;
  /**
   * Checked at every heartbeat, and when the access of the user changes (`checkAccess`): the stream ends when the user has lost the permission (signed out, disabled). A rejected
   * promise, for example while the database is unreachable, does not end it.
   */
  guard(isPermitted: () => Promise<boolean>, userId?: string): void;
  /** Calls `callback` once, when the stream is closed, whichever side closed it; at once if it already is. */
  whenClosed(callback: () => void): void;
  close(): void;
};

export type StreamOptions = {
  onDrain: () => void;
  onClose: () => void;
  heartbeatMs?: number;
  /** Sends the server's time at once. */
  startsWithHeartbeat?: boolean;
};

/** Opens a stream of its own (`openStream`) or a part of a shared one (multiplexed-stream.ts). */
export type StreamOpener = (options: StreamOptions) => EventStream;

/** By the id of their user, the checks of the streams that are open in this process. */
const accessChecks = new Map<string, Set<() => void>>();

/** Checks the open streams of this user at once. */
export function checkAccess(userId: string): void {
  for (const check of accessChecks.get(userId) ?? []) check();
}

function onAccessChange(userId: string, check: () => void): () => void {
  const checks = accessChecks.get(userId) ?? new Set();
  accessChecks.set(userId, checks.add(check));
  return () => {
    checks.delete(check);
    if (checks.size === 0) accessChecks.delete(userId);
  };
}

export function openStream(options: StreamOptions): EventStream {
  const closeCallbacks: (() => void)[] = [options.onClose];
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  let stopHeartbeat: () => void = () => undefined;
  let stopAtShutdown: () => void = () => undefined;
  let isPermitted: () => Promise<boolean> = () => Promise.resolve(true);

  const close = () => {
    if (controller === undefined) return;
    const closing = controller;
    controller = undefined;
    stopHeartbeat();
    stopAtShutdown();
    try {
      closing.close();
    } catch {
      // The reader has cancelled already: there is nothing left to close.
    }
    for (const callback of closeCallbacks) callback();
  };

  const closeIfRevoked = async () => {
    if (await isRevoked(isPermitted)) close();
  };

  const write = (text: string) => {
    if (controller === undefined) return;
    controller.enqueue(encoder.encode(text));
    if ((controller.desiredSize ?? 0) < OUTPUT_HIGH_WATER_BYTES - STALLED_BYTES) close();
  };

  const start = (started: ReadableStreamDefaultController<Uint8Array>) => {
    controller = started;
    // Headers leave with the first chunk: without it the browser would wait for the first event.
    write(`retry: ${Math.round(RETRY_MS_MIN + Math.random() * RETRY_MS_SPREAD)}\n\n`);
    stopHeartbeat = startHeartbeat({ options, write, close, isPermitted: () => isPermitted() });
    stopAtShutdown = onShutdown(close);
  };

  const body = new ReadableStream<Uint8Array>(
    { start, pull: () => options.onDrain(), cancel: () => close() },
    new ByteLengthQueuingStrategy({ highWaterMark: OUTPUT_HIGH_WATER_BYTES }),
  );

  return {
    body,
    get isOpen() {
      return controller !== undefined;
    },
    get hasRoom() {
      return (controller?.desiredSize ?? 0) > 0;
    },
    send: (event, data, id) =>
      write(`event: ${event}\n${id === undefined ? "" : `id: ${id}\n`}data: ${data}\n\n`),
    guard(check, userId) {
      isPermitted = check;
      if (userId === undefined || controller === undefined) return;
      closeCallbacks.push(onAccessChange(userId, () => void closeIfRevoked()));
    },
    whenClosed(callback) {
      if (controller === undefined) callback();
      else closeCallbacks.push(callback);
    },
    close,
  };
}

/** Not if it is unknown: during an outage of the database streams stay open. */
function isRevoked(isPermitted: () => Promise<boolean>): Promise<boolean> {
  return isPermitted().then(
    (permitted) => !permitted,
    () => false,
  );
}

/** Heartbeats carry the time, from which a client knows until when a request of its own is accepted (request-deadline.ts). */
function startHeartbeat(stream: {
  options: StreamOptions;
  write: (text: string) => void;
  close: () => void;
  isPermitted: () => Promise<boolean>;
}): () => void {
  const { heartbeatMs = HEARTBEAT_MS, startsWithHeartbeat = false } = stream.options;
  const send = () =>
    stream.write(`event: heartbeat\ndata: ${JSON.stringify({ at: new Date().toISOString() })}\n\n`);
  const beat = async () => {
    if (await isRevoked(stream.isPermitted)) stream.close();
    else send();
  };
  if (startsWithHeartbeat) send();
  const timer = setInterval(() => void beat(), heartbeatMs);
  return () => clearInterval(timer);
}

/** `no-transform` keeps compressing proxies from holding events back. */
export function streamResponse(stream: EventStream): Response {
  return new Response(stream.body, {
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache, no-transform",
      "x-accel-buffering": "no",
    },
  });
}
