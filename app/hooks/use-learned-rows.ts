"use client";
import { useLayoutEffect, useReducer } from "react";
import type { LogStore } from "../lib/log-store.ts";
import type { WrappedRows } from "../lib/row-model.ts";

/** Rows of a line are counted up to here; longer ones are cut when they are shown. */
const LEARNED_MAX = 20_000;

/** Tells the wrapping model what the rendered lines look like, and renders again when that moved anything. */
export function useLearnedRows(
  rows: WrappedRows | undefined,
  log: LogStore,
  first: number,
  last: number,
  version: number,
): void {
  const [, renderAgain] = useReducer((count: number) => count + 1, 0);
  useLayoutEffect(() => {
    if (rows === undefined) return;
    let hasMoved = false;
    for (let n = first; n <= last; n += 1) {
      const line = log.line(n);
      if (line !== undefined && rows.learn(n, line.text.slice(0, LEARNED_MAX))) hasMoved = true;
    }
    if (hasMoved) renderAgain();
  }, [rows, log, first, last, version]);
}
