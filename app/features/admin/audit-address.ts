// The state of the audit page is its address: the filters and the page of the list.
import type { AuditFilter } from "#lib/contract/admin.ts";
import { daysAsTimes } from "../history/history-address.ts";

const FILTER_NAMES = [
  "kind",
  "actor",
  "target",
  "from",
  "to",
] as const satisfies readonly (keyof AuditFilter)[];
export const AUDIT_PARAMS = [...FILTER_NAMES, "before"] as const;

/** As they are in the address: text, one value for each name. */
export type AuditParams = Partial<Record<(typeof AUDIT_PARAMS)[number], string>>;

export function auditHref(params: AuditParams): string {
  return withQuery("/admin/audit", params, AUDIT_PARAMS);
}

/** The address of all events of the filter as a file. */
export function auditExportHref(params: AuditParams): string {
  return withQuery("/api/admin/audit.csv", { ...params, ...timesOf(params) }, FILTER_NAMES);
}

/** A day is a day in UTC. */
export function timesOf(params: AuditParams): Pick<AuditParams, "from" | "to"> {
  const { from, to } = daysAsTimes(params);
  return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
}

function withQuery(path: string, params: AuditParams, names: readonly (keyof AuditParams)[]): string {
  const query = new URLSearchParams();
  for (const name of names) {
    const value = params[name];
    if (value !== undefined && value !== "") query.set(name, value);
  }
  return query.size === 0 ? path : `${path}?${query.toString()}`;
}
