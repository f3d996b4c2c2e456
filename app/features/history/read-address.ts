// Reads the address of the history page on the server: checks its values as the interface does. Pure.
import { z } from "zod";
import { idText } from "#lib/contract/fields.ts";
import { jobFilter, type JobFilter } from "#lib/contract/job.ts";
import { daysAsTimes, type HistoryParams, PARAM_NAMES } from "./history-address.ts";

const address = z.object({
  ...jobFilter.shape,
  /** Jobs older than this one: the page after the one that ended with it. */
  before: idText.optional(),
  /** Jobs newer than this one: the page before the one that began with it. */
  after: idText.optional(),
});

export type HistoryAddress = {
  params: HistoryParams;
  filter: JobFilter;
  start: { olderThan: number } | { newerThan: number } | undefined;
  /** The parameters that are not valid, by name. */
  invalid: string[];
};

/** Unknown and empty parameters are ignored: links that people share may have others. */
export function readAddress(query: Record<string, string | string[] | undefined>): HistoryAddress {
  const params: HistoryParams = {};
  for (const name of PARAM_NAMES) {
    const given = query[name];
    const value = (typeof given === "string" ? given : given?.at(-1))?.trim();
    if (value !== undefined && value !== "") params[name] = value;
  }
  const parsed = address.safeParse({ ...params, ...daysAsTimes(params) });
  if (!parsed.success) {
    const invalid = [...new Set(parsed.error.issues.map(({ path }) => String(path[0])))];
    return { params, filter: {}, start: undefined, invalid };
  }
  const { before, after, ...filter } = parsed.data;
  const start =
    before !== undefined ? { olderThan: before } : after !== undefined ? { newerThan: after } : undefined;
  return { params, filter, start, invalid: [] };
}
