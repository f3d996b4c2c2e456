// Finds the change that a reference names, and says why not otherwise.
import { ambiguity } from "#lib/domain/change-reference.ts";
import type { FoundChange } from "#lib/contract/change.ts";
import { problemOf } from "../../client/api.ts";
import { exactReferences } from "./change-input.ts";
import { limitLookups } from "./lookup-limit.ts";
import { findChanges } from "./use-change-search.ts";

/** `isTransient`: Gerrit or the network failed, which says nothing about the reference. */
export type LookupResult = { change: FoundChange } | { reason: string; isTransient: boolean };

/** Problems that say something about the reference itself; others say only that Gerrit or the network failed. */
const FINAL_PROBLEMS = new Set(["gerrit_query_refused", "invalid_request"]);

/** The one change that `reference` names. Never rejects. */
export async function lookUp(reference: string): Promise<LookupResult> {
  try {
    const found = await limitLookups(() => findChanges(reference));
    const [change] = found;
    const isExact = exactReferences(reference) !== undefined;
    if (change !== undefined && found.length === 1) return { change };
    const isAmbiguous = found.length > 1 && isExact;
    return { reason: isAmbiguous ? ambiguity(found) : unknownReason(reference), isTransient: false };
  } catch (error) {
    const { code, title, detail } = problemOf(error);
    const isTransient = !FINAL_PROBLEMS.has(code);
    return { reason: isTransient || detail === undefined ? title : `${title} ${detail}`, isTransient };
  }
}

function unknownReason(reference: string): string {
  return /^https?:/i.test(reference)
    ? "This URL is not a change in the configured Gerrit."
    : "This change does not exist in Gerrit.";
}
