// Connects this tab to the hub of the browser, which owns the one event stream of all tabs and windows (hub.ts).
//
// A browser opens at most six connections to an HTTP/1.1 server. With a stream for each tab, a few tabs would use them up,
// and answers would wait until a tab is closed. A SharedWorker needs no leader election, no failover when a tab closes and,
// unlike Web Locks, no HTTPS. Browsers without SharedWorker (older ones on phones) run the hub in the page; there a hidden
// tab leaves its hub, so that only visible tabs hold a connection.
import { createHub } from "./hub.ts";
import type { ConnectionStatus, Cursor, ToHub, ToTab, WatchedJob } from "./messages.ts";
import { pageIdle } from "./page-idle.ts";
import { setServerTime } from "./server-time.ts";

/** `data` as it came from the server, not validated yet. */
export type LiveEvent = { event: string; data: unknown };

export type Subscription = {
  /** Null for the overview. */
  jobId: number | null;
  /** The last event and line that the page has. Called whenever the tab joins the hub. */
  cursor: () => Cursor;
  onEvent: (event: LiveEvent) => void;
  onStatus: (status: ConnectionStatus | { phase: "ended" }) => void;
};

/** Four ticks of the hub. After that it must have been terminated. */
const HEARTBEAT_TIMEOUT_MS = 20_000;
const HEARTBEAT_CHECK_MS = 5000;

export type TabLink = { subscribe: (subscription: Subscription) => () => void };

/** @param connectHub opens a port to a hub, which other tabs may share. */
function createTabLink(
  connectHub: (onFailed: () => void) => { port: MessagePort; isShared: boolean },
): TabLink {
  const subscriptions = new Set<Subscription>();
  let port: MessagePort | undefined;
  let isShared = true;
  let status: ConnectionStatus = { phase: "connecting" };
  let processedUnits = 0;
  let lastMessageAt = 0;
  let isAnnouncing = false;
  let isPageIdle = false;

  const setStatus = (next: ConnectionStatus) => {
    status = next;
    for (const subscription of subscriptions) subscription.onStatus(next);
  };

  const join = () => {
    leave();
    if (subscriptions.size === 0) return;
    const opened = connectHub(() => {
      if (port === opened.port) join();
    });
    ({ port, isShared } = opened);
    processedUnits = 0;
    lastMessageAt = performance.now();
    opened.port.addEventListener("message", ({ data }: MessageEvent<ToTab>) => {
      if (port === opened.port) receive(opened.port, data);
    });
    opened.port.start();
    announce();
  };

  const leave = () => {
    if (port === undefined) return;
    post(port, { kind: "leave" });
    port.close();
    port = undefined;
  };

  /** Batches the changes of all components that are mounted or unmounted together. */
  const announce = () => {
    if (isAnnouncing) return;
    isAnnouncing = true;
    queueMicrotask(() => {
      isAnnouncing = false;
      if (subscriptions.size === 0) leave();
      else if (port !== undefined) post(port, { kind: "watch", jobs: watchedJobs(subscriptions) });
    });
  };

  const receive = (from: MessagePort, message: ToTab) => {
    lastMessageAt = performance.now();
    if (message.kind === "dropped") return join();
    // A hub that has just started is not connected yet: the page is still stale.
    const isStillLost =
      status.phase === "lost" && message.kind === "status" && message.status.phase === "connecting";
    if (message.kind === "status" && !isStillLost) setStatus(message.status);
    if (message.kind === "tick" && message.serverTime !== undefined) setServerTime(message.serverTime);
    if (message.kind === "update") {
      processedUnits += message.units;
      const { jobId, event, data } = message.update;
      for (const subscription of subscriptions) {
        if (subscription.jobId === jobId) deliver(subscription, { event, data });
      }
    }
    post(from, { kind: "acknowledge", units: processedUnits });
  };

  const deliver = (subscription: Subscription, event: LiveEvent) => {
    try {
      subscription.onEvent(event);
    } catch (error) {
      // An error in one component must not affect the others, or the acknowledgement.
      reportError(error);
    }
    if (event.event !== "end" || subscription.jobId === null) return;
    subscriptions.delete(subscription);
    subscription.onStatus({ phase: "ended" });
  };

  const disconnect = () => {
    leave();
    if (status.phase !== "lost") setStatus({ phase: "lost", since: Date.now() });
  };
  /** Idempotent. */
  const joinIfNeeded = () => {
    if (!isPageIdle || port !== undefined || subscriptions.size === 0 || !navigator.onLine) return;
    if (isShared || document.visibilityState === "visible") join();
  };
  const rejoinIfStale = () => {
    if (port === undefined || performance.now() - lastMessageAt < HEARTBEAT_TIMEOUT_MS) return;
    setStatus({ phase: "lost", since: Date.now() });
    join();
  };

  globalThis.addEventListener("offline", disconnect);
  // The open stream may be dead after the network was lost, so do not wait for a timeout.
  globalThis.addEventListener("online", () => {
    leave();
    joinIfNeeded();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") {
      rejoinIfStale();
      joinIfNeeded();
    } else if (!isShared) {
      leave();
    }
  });
  globalThis.addEventListener("pagehide", leave);
  // Restored from the back/forward cache: its connections are closed.
  globalThis.addEventListener("pageshow", ({ persisted }) => {
    if (persisted) join();
  });
  setInterval(rejoinIfStale, HEARTBEAT_CHECK_MS);
  void pageIdle().then(() => {
    isPageIdle = true;
    joinIfNeeded();
  });

  return {
    subscribe: (subscription) => {
      subscriptions.add(subscription);
      subscription.onStatus(status);
      if (port === undefined) joinIfNeeded();
      else announce();
      return () => {
        if (subscriptions.delete(subscription)) announce();
      };
    },
  };
}

function post(port: MessagePort, message: ToHub): void {
  port.postMessage(message);
}

function watchedJobs(subscriptions: ReadonlySet<Subscription>): WatchedJob[] {
  const jobs = new Map<number, Cursor>();
  for (const { jobId, cursor } of subscriptions) if (jobId !== null) jobs.set(jobId, cursor());
  return [...jobs].map(([jobId, cursor]) => ({ jobId, cursor }));
}

let hasSharedWorker = typeof SharedWorker !== "undefined";

function connectHub(onFailed: () => void): { port: MessagePort; isShared: boolean } {
  if (hasSharedWorker) {
    try {
      const worker = new SharedWorker(new URL("./stream-worker.ts", import.meta.url), { type: "module" });
      // The script cannot be loaded, for instance because a newer version of the site has replaced it.
      worker.addEventListener("error", () => {
        hasSharedWorker = false;
        onFailed();
      });
      return { port: worker.port, isShared: true };
    } catch {
      hasSharedWorker = false;
    }
  }
  const { port1, port2 } = new MessageChannel();
  createHub().connect(port1);
  return { port: port2, isShared: false };
}

let link: TabLink | undefined;

/** Subscribes until the returned function is called (idempotent) or the job ends. Browser only. */
export function subscribe(subscription: Subscription): () => void {
  link ??= createTabLink(connectHub);
  return link.subscribe(subscription);
}
