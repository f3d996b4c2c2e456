// The selected changes in the address: /?changes=1241,1242. It survives a reload, can be sent to a colleague, and the
// browser's Back undoes a selection. Pure.
import { CHANGES_MAX } from "#lib/domain/job.ts";
import { exactReferences } from "./change-input.ts";

export const CHANGES_PARAMETER = "changes";

/** More references than this are not a selection. */
const REFERENCES_MAX = CHANGES_MAX * 2;
const REFERENCE_LENGTH_MAX = 500;

/** The references in the address, in order and without duplicates. Words are kept, so that they are refused with a reason. */
export function selectedReferences(values: readonly string[]): string[] {
  const references = values.flatMap(
    (value) =>
      exactReferences(value) ?? value.split(",").flatMap((part) => exactReferences(part) ?? part.trim()),
  );
  const canonical = references.filter((one) => one !== "").map(canonicalReference);
  return [...new Set(canonical)].slice(0, REFERENCES_MAX);
}

function canonicalReference(reference: string): string {
  return reference.replace(/^#(?=\d+$)/, "").slice(0, REFERENCE_LENGTH_MAX);
}

/** Adds references in front of `before`, or at the end. Those beyond the most that a job can have are in `excess`. */
export function withReferences(
  now: readonly string[],
  more: readonly string[],
  before?: string,
): { references: string[]; excess: string[] } {
  const fresh = selectedReferences(more).filter((one) => !now.includes(one));
  const room = Math.max(0, CHANGES_MAX - now.length);
  const at = before === undefined ? -1 : now.indexOf(before);
  const place = at < 0 ? now.length : at;
  return {
    references: [...now.slice(0, place), ...fresh.slice(0, room), ...now.slice(place)],
    excess: fresh.slice(room),
  };
}

/** The address of the form with these changes. */
export function selectionAddress(references: readonly string[]): string {
  // Commas and tildes stay readable.
  const list = references.map((one) => encodeURIComponent(one)).join(",");
  return list === "" ? "/" : `/?${CHANGES_PARAMETER}=${list}`;
}
