// Finds changes in Gerrit: for the search box, and for a new job before it is queued.
import {
  ambiguity,
  isReferenceTo,
  listOf,
  parseChangeReference,
  type ReferenceProblem,
} from "../domain/change-reference.ts";
import type { Gerrit, GerritChange } from "../gerrit/client.ts";
import type { FoundChange, RefusedChange } from "../contract/change.ts";

const REASONS: Record<ReferenceProblem, string> = {
  empty: "Enter a change number or a Gerrit URL.",
  not_a_change: "This is neither a change number nor a Gerrit URL.",
  other_site: "This URL does not belong to the configured Gerrit.",
};

/** Finds by number or URL, otherwise by words in Gerrit. Several projects can have a change of the same number. */
export async function findChanges(gerrit: Gerrit, gerritUrl: string, text: string): Promise<FoundChange[]> {
  const reference = parseChangeReference(text, gerritUrl);
  if (!reference.ok) return reference.reason === "not_a_change" ? gerrit.searchChanges(text) : [];
  const found = await gerrit.findChanges([reference.number]);
  return found.filter((change) => isReferenceTo(reference, change)).map(toFoundChange);
}

function toFoundChange({
  uploadedAt: _uploadedAt,
  mergedAt: _mergedAt,
  revertOf: _revertOf,
  revertedCommits: _commits,
  ...change
}: GerritChange): FoundChange {
  return change;
}

type Wanted = { input: string; number: number; project?: string };

/** Resolves every entry; `refused` lists each one that cannot be deployed, with a sentence why. */
export async function resolveChanges(
  gerrit: Gerrit,
  gerritUrl: string,
  inputs: readonly string[],
  mustBe: "deployable" | "merged" = "deployable",
): Promise<{ changes: GerritChange[]; refused: RefusedChange[] }> {
  const refused: RefusedChange[] = [];
  const wanted = new Map<number, Wanted>();
  for (const input of inputs) {
    const reference = parseChangeReference(input, gerritUrl);
    if (!reference.ok) refused.push({ input, reason: REASONS[reference.reason] });
    // Also when it is of another project: scap knows changes by their number.
    else if (wanted.has(reference.number)) refused.push({ input, reason: "This change is listed twice." });
    else wanted.set(reference.number, { ...reference, input });
  }
  const found = wanted.size === 0 ? [] : await gerrit.findChanges([...wanted.keys()]);
  const changes: GerritChange[] = [];
  for (const entry of wanted.values()) {
    const ofNumber = found.filter(({ number }) => number === entry.number);
    const meant = ofNumber.filter((one) => isReferenceTo(entry, one));
    const [change] = meant;
    const refuse = (reason: string) => refused.push({ input: entry.input, reason });
    if (change === undefined) refuse(notFound(entry, ofNumber));
    else if (meant.length > 1) refuse(ambiguity(meant));
    else if (mustBe === "merged" && change.status !== "MERGED") refuse("This change is not merged.");
    else if (change.refusal !== null) refuse(change.refusal);
    else changes.push(change);
  }
  return { changes, refused };
}

function notFound({ number }: Wanted, ofNumber: readonly FoundChange[]): string {
  return ofNumber.length === 0
    ? `Change ${number} does not exist in Gerrit.`
    : `Change ${number} belongs to ${listOf(
        ofNumber.map(({ project }) => project),
        "and",
      )}, not to this project.`;
}
