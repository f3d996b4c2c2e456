"use client";
// The marked lines of the log, stored in the URL fragment (#L10-L20), so that they can be shared as a link.
import { useSyncExternalStore } from "react";
import { extendRange, lineHash, parseLineHash, type LineRange } from "./line-range.ts";

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener("hashchange", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("hashchange", listener);
  };
}

/** Marks line `n`, or extends the marked range to `n`. */
export function markLine(n: number, isExtending: boolean): void {
  const range = isExtending ? extendRange(parseLineHash(window.location.hash), n) : { from: n, to: n };
  // Replaces the history entry, so that "back" leaves the page and does not step through lines.
  window.history.replaceState(window.history.state, "", lineHash(range));
  for (const listener of listeners) listener();
}

export function useMarkedLines(): LineRange | undefined {
  const hash = useSyncExternalStore(
    subscribe,
    () => window.location.hash,
    () => "",
  );
  return parseLineHash(hash);
}
