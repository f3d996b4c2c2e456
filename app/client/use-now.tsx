"use client";
// The current time, for everything on the page that shows a duration or a date. One timer for all. It follows the clock of
// the database, so that clock skew of a laptop or a web host does not show wrong durations. During hydration it is the time
// of the server rendering, so that both render the same text.
import { createContext, useContext, useEffect, useSyncExternalStore, type ReactNode } from "react";
import { setServerTime } from "./live/server-time.ts";

const TICK_MS = 1000;
/** A smaller difference is network latency, not clock skew. */
const SKEW_IGNORED_MS = 3000;

const RenderedAt = createContext(0);

let skewMs = 0;
let nowMs = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function tick(): void {
  nowMs = Date.now() + skewMs;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) {
    nowMs = Date.now() + skewMs;
    timer = setInterval(tick, TICK_MS);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

export function ClockProvider({ renderedAtMs, children }: { renderedAtMs: number; children: ReactNode }) {
  useEffect(() => {
    const [navigation] = performance.getEntriesByType("navigation");
    if (!(navigation instanceof PerformanceNavigationTiming)) return;
    setServerTime(renderedAtMs, navigation.responseStart);
    const difference = renderedAtMs - (performance.timeOrigin + navigation.responseStart);
    skewMs = Math.abs(difference) < SKEW_IGNORED_MS ? 0 : difference;
    tick();
    // Only the first rendering belongs to the navigation that the browser measured.
    // oxlint-disable-next-line react/exhaustive-deps
  }, []);
  return <RenderedAt value={renderedAtMs}>{children}</RenderedAt>;
}

/** Milliseconds since 1970 by the clock of the database; updated every second. */
export function useNow(): number {
  const renderedAtMs = useContext(RenderedAt);
  return useSyncExternalStore(
    subscribe,
    () => nowMs,
    () => renderedAtMs,
  );
}

function never(): () => void {
  return () => undefined;
}

/** False during server rendering and hydration, then true. For values that only a browser knows. */
export function useIsBrowser(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}
