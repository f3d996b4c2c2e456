// Reads the address of the insights page on the server: checks its values as the interface does.
import { insightQuery } from "#lib/contract/insight.ts";
import { insightScope, type InsightScope } from "#lib/domain/insight.ts";
import { type InsightsParams, PARAM_NAMES } from "./insights-address.ts";

export type InsightsAddress = {
  params: InsightsParams;
  scope: InsightScope;
  /** The parameters that are not valid, by name. They are ignored. */
  invalid: string[];
};

/** Unknown and empty parameters are ignored. */
export function readInsightsAddress(
  query: Record<string, string | string[] | undefined>,
  now: Date,
): InsightsAddress {
  const params: InsightsParams = {};
  for (const name of PARAM_NAMES) {
    const given = query[name];
    const value = (typeof given === "string" ? given : given?.at(-1))?.trim();
    if (value !== undefined && value !== "") params[name] = value;
  }
  const parsed = insightQuery.safeParse(params);
  if (parsed.success) return { params, scope: insightScope(parsed.data, now), invalid: [] };
  const invalid = [...new Set(parsed.error.issues.map(({ path }) => String(path[0])))];
  return { params, scope: insightScope({}, now), invalid };
}
