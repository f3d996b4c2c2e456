// Connects this tab to the hub of the browser, which owns the one event stream of all tabs and windows (hub.ts).
//
// A browser opens at most six connections to an HTTP/1.1 server. With a stream for each tab, a few tabs would use them up,
// and answers would wait until a tab is closed. A SharedWorker needs no leader election, no failover when a tab closes and,
// unlike Web Locks, no HTTPS. Browsers without SharedWorker (older ones on phones) run the hub in the page; there a hidden
// tab leaves its hub, so that only visible tabs hold a connection.
import { isHubShared, openHubPort } from "./hub-port.ts";
import type { ToHub, ToTab } from "./messages.ts";
import { pageIdle } from "./page-idle.ts";
import { setServerTime } from "./server-time.ts";
import { createSubscriptions, type Subscription } from "./subscriptions.ts";

/** Four ticks of the hub. After that it must have been terminated. */
const HEARTBEAT_TIMEOUT_MS = 20_000;
const HEARTBEAT_CHECK_MS = 5000;

type Subscriptions = ReturnType<typeof createSubscriptions>;
type TabLink = ReturnType<typeof createTabLink>;

function createTabLink(subscriptions: Subscriptions) {
  let port: MessagePort | undefined;
  let isShared = isHubShared();
  let processedUnits = 0;
  let lastMessageAt = 0;
  let isAnnouncing = false;

  const join = () => {
    leave();
    if (subscriptions.isEmpty()) return;
    const opened = openHubPort(() => {
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
      if (subscriptions.isEmpty()) leave();
      else if (port !== undefined) post(port, { kind: "watch", ...subscriptions.watched() });
    });
  };

  const receive = (from: MessagePort, message: ToTab) => {
    lastMessageAt = performance.now();
    if (message.kind === "dropped") return join();
    if (message.kind === "update") processedUnits += message.units;
    applyMessage(subscriptions, message);
    post(from, { kind: "acknowledge", units: processedUnits });
  };

  return {
    join,
    leave,
    announce,
    isJoined: () => port !== undefined,
    isShared: () => isShared,
    isStale: () => port !== undefined && performance.now() - lastMessageAt >= HEARTBEAT_TIMEOUT_MS,
  };
}

function applyMessage(subscriptions: Subscriptions, message: ToTab): void {
  if (message.kind === "update") subscriptions.deliver(message.update);
  if (message.kind === "tick" && message.serverTime !== undefined) setServerTime(message.serverTime);
  if (message.kind !== "status") return;
  // A hub that has just started is not connected yet: the page is still stale.
  const isStillLost = subscriptions.status().phase === "lost" && message.status.phase === "connecting";
  if (!isStillLost) subscriptions.setStatus(message.status);
}

function post(port: MessagePort, message: ToHub): void {
  port.postMessage(message);
}

/** Joins and leaves the hub as the page is shown, hidden, offline or online. @returns joins, if that is possible now. */
function followPage(link: TabLink, subscriptions: Subscriptions): () => void {
  let isPageIdle = false;
  /** Idempotent. */
  const joinIfNeeded = () => {
    if (!isPageIdle || link.isJoined() || subscriptions.isEmpty() || !navigator.onLine) return;
    if (link.isShared() || document.visibilityState === "visible") link.join();
  };
  const setLost = () => subscriptions.setStatus({ phase: "lost", since: Date.now() });
  const rejoinIfStale = () => {
    if (!link.isStale()) return;
    setLost();
    link.join();
  };

  globalThis.addEventListener("offline", () => {
    link.leave();
    if (subscriptions.status().phase !== "lost") setLost();
  });
  // The open stream may be dead after the network was lost, so do not wait for a timeout.
  globalThis.addEventListener("online", () => {
    link.leave();
    joinIfNeeded();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") {
      rejoinIfStale();
      joinIfNeeded();
    } else if (!link.isShared()) {
      link.leave();
    }
  });
  globalThis.addEventListener("pagehide", link.leave);
  // Restored from the back/forward cache: its connections are closed.
  globalThis.addEventListener("pageshow", ({ persisted }) => {
    if (persisted) link.join();
  });
  setInterval(rejoinIfStale, HEARTBEAT_CHECK_MS);
  void pageIdle().then(() => {
    isPageIdle = true;
    joinIfNeeded();
  });
  return joinIfNeeded;
}

function createTab() {
  const subscriptions = createSubscriptions();
  const link = createTabLink(subscriptions);
  const joinIfNeeded = followPage(link, subscriptions);
  return {
    subscribe: (subscription: Subscription) => {
      subscriptions.add(subscription);
      if (link.isJoined()) link.announce();
      else joinIfNeeded();
      return () => {
        if (subscriptions.remove(subscription)) link.announce();
      };
    },
  };
}

let tab: ReturnType<typeof createTab> | undefined;

/** Subscribes until the returned function is called (idempotent) or the job ends. Browser only. */
export function subscribe(subscription: Subscription): () => void {
  tab ??= createTab();
  return tab.subscribe(subscription);
}
