// What the entry box asks while somebody types, and what job creation asks before anything is queued.
import { parseChangeReference } from "../domain/change-reference.ts";
import type { Gerrit } from "../gerrit/client.ts";
import type { FoundChange, RefusedChange } from "../wire/schemas.ts";

const REASONS = {
  empty: "Enter a change number or a Gerrit URL.",
  not_a_change: "This is neither a change number nor a Gerrit URL.",
  other_site: "This URL does not belong to the configured Gerrit.",
} as const;

/** Finds by number or URL, otherwise by words in Gerrit. */
export async function lookUpChanges(gerrit: Gerrit, gerritUrl: string, text: string): Promise<FoundChange[]> {
  const reference = parseChangeReference(text, gerritUrl);
  if (reference.ok) return gerrit.findChanges([reference.number]);
  return reference.reason === "not_a_change" ? gerrit.searchChanges(text) : [];
}

/** Resolves every entry; `refused` lists each one that cannot be deployed, with a sentence why. */
export async function resolveChanges(
  gerrit: Gerrit,
  gerritUrl: string,
  inputs: readonly string[],
): Promise<{ changes: FoundChange[]; refused: RefusedChange[] }> {
  const refused: RefusedChange[] = [];
  const wanted = new Map<number, string>();
  for (const input of inputs) {
    const reference = parseChangeReference(input, gerritUrl);
    if (!reference.ok) refused.push({ input, reason: REASONS[reference.reason] });
    else if (wanted.has(reference.number)) refused.push({ input, reason: "This change is listed twice." });
    else wanted.set(reference.number, input);
  }
  const found = wanted.size === 0 ? [] : await gerrit.findChanges([...wanted.keys()]);
  const byNumber = new Map(found.map((change) => [change.number, change]));
  const changes: FoundChange[] = [];
  for (const [number, input] of wanted) {
    const change = byNumber.get(number);
    if (change === undefined) refused.push({ input, reason: `Change ${number} does not exist in Gerrit.` });
    else if (change.refusal !== null) refused.push({ input, reason: change.refusal });
    else changes.push(change);
  }
  return { changes, refused };
}
