"use client";
// The marked lines of the log, kept in the address (#L10-L20), so that a link can point at them.
import { useSyncExternalStore } from "react";
import { extendRange, lineHash, parseLineHash, type LineRange } from "../lib/line-range.ts";

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener("hashchange", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("hashchange", listener);
  };
}

export type MarkedLines = { marked: LineRange | undefined; mark: (n: number, isExtending: boolean) => void };

export function useMarkedLines(): MarkedLines {
  const hash = useSyncExternalStore(
    subscribe,
    () => window.location.hash,
    () => "",
  );
  const marked = parseLineHash(hash);
  return {
    marked,
    mark: (n, isExtending) => {
      const range = isExtending ? extendRange(marked, n) : { from: n, to: n };
      // Replaces: going back should leave the page, not step through lines.
      window.history.replaceState(window.history.state, "", lineHash(range));
      for (const listener of listeners) listener();
    },
  };
}
