// Values of reports in the order of the weeks, and as text. Pure.
import { formatMinutes } from "../../text/format.ts";
import type { Unit } from "./axis.ts";

/** The row of each week; undefined where there is none. */
export function byWeek<Row extends { week: string }>(
  rows: readonly Row[],
  weeks: readonly string[],
): (Row | undefined)[] {
  const found = new Map(rows.map((row) => [row.week, row]));
  return weeks.map((week) => found.get(week));
}

export function inUnit(values: readonly (number | null)[], unit: Unit): (number | null)[] {
  return values.map((value) => (value === null ? null : value / unit.seconds));
}

const MINUTE_S = 60;
const DAY_S = 86_400;

/** "42 s", "12 min", "2 h 05 min", "3.5 days". */
export function durationText(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return "unknown";
  if (seconds < MINUTE_S) return `${Math.round(seconds)} s`;
  return seconds < 2 * DAY_S ? formatMinutes(seconds * 1000) : `${(seconds / DAY_S).toFixed(1)} days`;
}
