// The state of the history page is its address: words, filters and the page of the list. read-address.ts reads it. Pure.
import type { JobFilter } from "#lib/contract/job.ts";
import { parseInstant } from "#lib/domain/instant.ts";

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MS = 86_400_000;

/** As they are in the address: text, one value for each name. */
export type HistoryParams = Partial<Record<(typeof PARAM_NAMES)[number], string>>;

const FILTER_NAMES = [
  "q",
  "state",
  "outcome",
  "kind",
  "user",
  "project",
  "change",
  "lane",
  "window",
  "from",
  "to",
] as const satisfies readonly (keyof JobFilter)[];
export const PARAM_NAMES = [...FILTER_NAMES, "before", "after"] as const;

/** The address of the list with these parameters; of its first page, unless it names another. */
export function historyHref(params: HistoryParams): string {
  return withQuery("/history", params, PARAM_NAMES);
}

/** The address of the whole list as a file. */
export function exportHref(params: HistoryParams, format: "csv" | "json"): string {
  return withQuery(`/api/jobs.${format}`, { ...params, ...daysAsTimes(params) }, FILTER_NAMES);
}

/** How many filters are set, the search text not counted. */
export function countFilters(params: HistoryParams): number {
  return FILTER_NAMES.filter((name) => name !== "q" && params[name] !== undefined).length;
}

/** The parameters of the same search without a page. */
export function firstPage({ before: _before, after: _after, ...params }: HistoryParams): HistoryParams {
  return params;
}

function withQuery(path: string, params: HistoryParams, names: readonly (keyof HistoryParams)[]): string {
  const query = new URLSearchParams();
  for (const name of names) {
    const value = params[name];
    if (value !== undefined && value !== "") query.set(name, value);
  }
  return query.size === 0 ? path : `${path}?${query.toString()}`;
}

/** A day is a day in UTC: from the beginning of the first one to the end of the last one. */
export function daysAsTimes({ from, to }: HistoryParams): HistoryParams {
  return {
    ...(from !== undefined && DAY.test(from) ? { from: `${from}T00:00:00Z` } : {}),
    ...(to !== undefined && DAY.test(to) ? { to: dayAfter(to) } : {}),
  };
}

function dayAfter(day: string): string {
  const utc = parseInstant(`${day}T00:00:00Z`);
  // An impossible day is refused like any other text that is not a time.
  return utc === undefined ? day : new Date(Date.parse(utc) + DAY_MS).toISOString();
}
