// What can be said and decided about one change without asking git: votes, messages, and what it depends on.
import { randomBytes } from "node:crypto";
import { currentPatchSet, type Account, type Change, type LabelName } from "./records.ts";

export type Votes = Partial<Record<LabelName, number>>;

/** Lowest and highest value of each label; the highest approves, the lowest forbids. */
export const labelRanges: Record<LabelName, readonly [number, number]> = {
  "Code-Review": [-2, 2],
  Verified: [-2, 2],
};

export function isLabel(name: string): name is LabelName {
  return Object.hasOwn(labelRanges, name);
}

export function votesIn(votes: Votes): [LabelName, number][] {
  return Object.entries(votes).flatMap(([label, value]) => (isLabel(label) ? [[label, value]] : []));
}

/** Somebody gave the highest value and nobody the lowest. */
export function isApproved(change: Change, label: LabelName): boolean {
  const [lowest, highest] = labelRanges[label];
  const values = change.votes.filter((vote) => vote.label === label).map((vote) => vote.value);
  return values.includes(highest) && !values.includes(lowest);
}

/** A person has one vote a label: a new one replaces it, 0 takes it back. */
export function setVote(change: Change, label: LabelName, voter: Account, value: number, at: Date): void {
  change.votes = change.votes.filter((vote) => vote.label !== label || vote.account !== voter._account_id);
  if (value !== 0) change.votes.push({ label, account: voter._account_id, value, date: at.toISOString() });
}

export function say(change: Change, who: Account, text: string, at: Date): void {
  const date = at.toISOString();
  const patchSet = currentPatchSet(change).number;
  change.messages.push({ id: randomId(), account: who._account_id, date, text, patchSet });
  change.updated = date;
}

/** A change depends on the one its commit stands on, and on those that its message names. */
export function dependsOn(change: Change, other: Change): boolean {
  const { parents, message } = currentPatchSet(change);
  if (other.patchSets.some((patchSet) => parents.includes(patchSet.commit))) return true;
  const named = message.matchAll(/^Depends-On:[ \t]*(?:\S*\/)?(I[0-9a-f]{40}|\d+)[ \t]*$/gim);
  return [...named].some(([, name]) => name === other.changeId || name === String(other.number));
}

/** Forty hexadecimal digits, like a hash. */
export function randomId(): string {
  return randomBytes(20).toString("hex");
}
