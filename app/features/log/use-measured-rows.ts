"use client";
import { useLayoutEffect } from "react";
import { numbersIn } from "./line-range.ts";
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
  { lines, preserveScroll }: LogWindow,
  version: number,
): void {
  useLayoutEffect(() => {
    if (rows === undefined) return;
    preserveScroll(() => {
      let hasMoved = rows.forget({ from: log.snapshot().totalLines + 1, to: Infinity });
      for (const n of numbersIn(lines)) {
        const line = log.line(n);
        if (line !== undefined && rows.measure(n, line.text.slice(0, MEASURED_CHARACTERS_MAX))) {
          hasMoved = true;
        }
      }
      return hasMoved;
    });
    // `preserveScroll` is a new but equivalent function in every render.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [rows, log, lines, version]);
}
