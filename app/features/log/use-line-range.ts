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

/** The line that was marked first, from which a range is extended. */
let anchor: number | undefined;

/**
 * Marks line `n`, or extends the marked range to `n`. By touch, which has no Shift, a tap on a second number extends a single
 * marked line, and the next tap starts again.
 */
export function markLine(n: number, how: "alone" | "extend" | "touch"): void {
  const marked = parseLineHash(window.location.hash);
  const isSecondTap = how === "touch" && marked !== undefined && marked.from === marked.to;
  const isExtending = how === "extend" || isSecondTap;
  const range = isExtending ? extendRange(marked, anchor, n) : { from: n, to: n };
  if (!isExtending) anchor = n;
  setHash(lineHash(range));
}

export function unmarkLines(): void {
  setHash("");
}

function setHash(hash: string): void {
  // Replaces the history entry, so that "back" leaves the page and does not step through lines.
  window.history.replaceState(
    window.history.state,
    "",
    hash === "" ? window.location.pathname + window.location.search : hash,
  );
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
