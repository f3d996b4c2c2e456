// The state of the insights page is its address: the time, the operation and the lane. Pure.
import { addWeeks, type Insight, type InsightQuery, mondayOf } from "#lib/domain/insight.ts";

export const PARAM_NAMES = ["from", "to", "kind", "lane"] as const satisfies readonly (keyof InsightQuery)[];

/** As they are in the address: text, one value for each name. */
export type InsightsParams = InsightQuery;

export function insightsHref(params: InsightsParams): string {
  return withQuery("/insights", params);
}

export function insightCsvHref(name: Insight, params: InsightsParams): string {
  return withQuery(`/api/insights/${name}.csv`, params);
}

/** Times that people ask for, until now. */
export const RANGES = [
  { label: "3 months", weeks: 13 },
  { label: "6 months", weeks: 26 },
  { label: "1 year", weeks: 52 },
  { label: "3 years", weeks: 156 },
] as const;

/** The address of a range keeps operation and lane. The default range has a short address. */
export function rangeHref({ kind, lane }: InsightsParams, weeks: number, today: string): string {
  return insightsHref({ ...(weeks !== 26 && { from: rangeStart(weeks, today) }), kind, lane });
}

/** The first Monday of a range. */
export function rangeStart(weeks: number, today: string): string {
  return addWeeks(mondayOf(today), 1 - weeks);
}

function withQuery(path: string, params: InsightsParams): string {
  const query = new URLSearchParams();
  for (const name of PARAM_NAMES) {
    const value = params[name];
    if (value !== undefined && value !== "") query.set(name, value);
  }
  return query.size === 0 ? path : `${path}?${query.toString()}`;
}
