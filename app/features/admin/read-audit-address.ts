// Reads the address of the audit page on the server: checks its values as the interface does.
import { z } from "zod";
import { auditFilter, type AuditFilter } from "#lib/contract/admin.ts";
import { idText } from "#lib/contract/fields.ts";
import { AUDIT_PARAMS, type AuditParams, timesOf } from "./audit-address.ts";

const address = z.object({
  ...auditFilter.shape,
  /** Events older than this one: the page after the one that ended with it. */
  before: idText.optional(),
});

export type AuditAddress = {
  params: AuditParams;
  filter: AuditFilter;
  olderThan: number | undefined;
  /** The parameters that are not valid, by name. */
  invalid: string[];
};

/** Unknown and empty parameters are ignored. */
export function readAuditAddress(query: Record<string, string | string[] | undefined>): AuditAddress {
  const params: AuditParams = {};
  for (const name of AUDIT_PARAMS) {
    const given = query[name];
    const value = (typeof given === "string" ? given : given?.at(-1))?.trim();
    if (value !== undefined && value !== "") params[name] = value;
  }
  const parsed = address.safeParse({ ...params, ...timesOf(params) });
  if (!parsed.success) {
    const invalid = [...new Set(parsed.error.issues.map(({ path }) => String(path[0])))];
    return { params, filter: {}, olderThan: undefined, invalid };
  }
  const { before, ...filter } = parsed.data;
  return { params, filter, olderThan: before, invalid: [] };
}
