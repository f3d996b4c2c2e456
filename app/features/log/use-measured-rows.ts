"use client";
import { useLayoutEffect } from "react";
import type { LogStore } from "./log-store.ts";
import type { WrappedRows } from "./row-model.ts";
import type { LogWindow } from "./use-log-window.ts";

/** Only this part of a line is measured, because longer lines are cut when they are displayed. */
const MEASURED_CHARACTERS_MAX = 20_000;

/**
 * Measures the rendered lines for the wrapping model. When this changes the rows of a line above the viewport, the lines in
 * view stay in place.
 */
export function useMeasuredRows(
  rows: WrappedRows | undefined,
  log: LogStore,
  { first, last, preserveScroll }: LogWindow,
  version: number,
): void {
  useLayoutEffect(() => {
    if (rows === undefined) return;
    preserveScroll(() => {
      let hasMoved = rows.removeFrom(log.snapshot().totalLines + 1);
      for (let n = first; n <= last; n += 1) {
        const line = log.line(n);
        if (line !== undefined && rows.measure(n, line.text.slice(0, MEASURED_CHARACTERS_MAX))) {
          hasMoved = true;
        }
      }
      return hasMoved;
    });
    // `preserveScroll` is a new but equivalent function in every render.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [rows, log, first, last, version]);
}
