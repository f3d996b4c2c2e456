// The insights: what each report of the insights page is called, and for which weeks, operation and lane it is. Pure.

export const INSIGHTS = [
  "outcomes",
  "people",
  "lead-time",
  "change-failures",
  "waits-by-question",
  "waits-by-hour",
  "waits-by-person",
  "phases",
  "interruptions",
] as const;
export type Insight = (typeof INSIGHTS)[number];

/** Every operation, or every lane. Neither can have this name. */
export const ALL = "*";

/** `from` and `to` are Mondays, both included. */
export type InsightScope = { from: string; to: string; kind: string; lane: string };

/** What a request or an address names. A day stands for its week. */
export type InsightQuery = {
  from?: string | undefined;
  to?: string | undefined;
  kind?: string | undefined;
  lane?: string | undefined;
};

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
const DEFAULT_WEEKS = 26;
/** Three years. More bars could not be told apart. */
export const WEEKS_MAX = 157;

/** By default the last half year. Of a longer time than three years, the last three. */
export function insightScope({ from, to, kind, lane }: InsightQuery, now: Date): InsightScope {
  const last = mondayOf(to ?? now.toISOString().slice(0, 10));
  const first = from === undefined ? addWeeks(last, 1 - DEFAULT_WEEKS) : mondayOf(from);
  const earliest = addWeeks(last, 1 - WEEKS_MAX);
  return { from: first < earliest ? earliest : first, to: last, kind: kind ?? ALL, lane: lane ?? ALL };
}

/** The Mondays from `from` to `to`. */
export function weeksOf({ from, to }: InsightScope): string[] {
  const count = Math.round((Date.parse(to) - Date.parse(from)) / WEEK_MS) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => addWeeks(from, index));
}

/** @param day such as 2025-03-04; the Monday of its week has the same form. */
export function mondayOf(day: string): string {
  const at = new Date(`${day}T00:00:00Z`);
  return toDay(at.getTime() - ((at.getUTCDay() + 6) % 7) * DAY_MS);
}

export function addWeeks(monday: string, weeks: number): string {
  return toDay(Date.parse(`${monday}T00:00:00Z`) + weeks * WEEK_MS);
}

function toDay(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
