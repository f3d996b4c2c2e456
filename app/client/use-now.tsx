"use client";
// The time, for everything on the page that ticks or says "today". One timer for all; the database's clock, so
// that neither a laptop nor a web host whose clock is wrong shows wrong durations; and during hydration exactly the
// moment the server rendered, so that both render the same text.
import { createContext, useContext, useEffect, useSyncExternalStore, type ReactNode } from "react";
import { setServerTime } from "./live/server-time.ts";

const TICK_MS = 1000;
/** Below this, a difference is the time the page took to arrive. */
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
    // Only the first rendering belongs to the navigation that the browser timed.
    // oxlint-disable-next-line react/exhaustive-deps
  }, []);
  return <RenderedAt value={renderedAtMs}>{children}</RenderedAt>;
}

/** Milliseconds since 1970 by the database's clock; changes every second. */
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

/** The reader's zone; UTC while the server renders. */
export function useTimeZone(): string {
  return useSyncExternalStore(
    never,
    () => Intl.DateTimeFormat().resolvedOptions().timeZone,
    () => "UTC",
  );
}

/** False during hydration, then true: for what only a browser can know. */
export function useIsBrowser(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}
