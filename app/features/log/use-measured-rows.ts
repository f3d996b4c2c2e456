"use client";
import { useLayoutEffect } from "react";
import type { LogStore } from "./log-store.ts";
import type { WrappedRows } from "./row-model.ts";
import type { LogWindow } from "./use-log-window.ts";

/** Rows of a line are counted up to here; longer ones are cut when they are shown. */
const MEASURED_CHARACTERS_MAX = 20_000;

/**
 * Tells the wrapping model how the rendered lines look. When that changes the rows of a line above the screen, the lines
 * on the screen stay where they are.
 */
export function useMeasuredRows(
  rows: WrappedRows | undefined,
  log: LogStore,
  { first, last, keepInPlace }: LogWindow,
  version: number,
): void {
  useLayoutEffect(() => {
    if (rows === undefined) return;
    keepInPlace(() => {
      let hasMoved = rows.removeFrom(log.snapshot().totalLines + 1);
      for (let n = first; n <= last; n += 1) {
        const line = log.line(n);
        if (line !== undefined && rows.learn(n, line.text.slice(0, MEASURED_CHARACTERS_MAX))) hasMoved = true;
      }
      return hasMoved;
    });
    // `keepInPlace` is another function with every rendering and does the same.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [rows, log, first, last, version]);
}
