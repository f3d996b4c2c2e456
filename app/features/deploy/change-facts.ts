// The details of a change as the rules and texts about a deployment need them. Pure.
import type { ChangeFacts } from "#lib/domain/preflight.ts";
import type { ChangeDetails } from "#lib/contract/change.ts";

export function changeFacts(details: ChangeDetails): ChangeFacts {
  return { ...details, status: details.change?.status ?? null };
}

/** Undefined when the files are unknown. */
export function filesSize({
  files,
  fileCount,
}: ChangeDetails): { count: number; inserted: number; deleted: number } | undefined {
  if (files === null || fileCount === null) return undefined;
  const sum = (field: "inserted" | "deleted") => files.reduce((total, file) => total + file[field], 0);
  return { count: fileCount, inserted: sum("inserted"), deleted: sum("deleted") };
}
