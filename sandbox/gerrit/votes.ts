// What can be decided about one change without git: its votes, its messages, and which change it depends on.
import { randomBytes } from "node:crypto";
import { currentPatchSet, type Account, type Change, type LabelName } from "./records.ts";

export type Votes = Partial<Record<LabelName, number>>;

/** Lowest and highest value of each label. The highest approves, the lowest is a veto. */
export const labelRanges: Record<LabelName, readonly [number, number]> = {
  "Code-Review": [-2, 2],
  Verified: [-2, 2],
};

export function isLabel(name: string): name is LabelName {
  return Object.hasOwn(labelRanges, name);
}

export function isApproved(change: Change): boolean {
  const [lowest, highest] = labelRanges["Code-Review"];
  const values = change.votes.filter((vote) => vote.label === "Code-Review").map((vote) => vote.value);
  return values.includes(highest) && !values.includes(lowest);
}

/** An account has one vote for each label: a new vote replaces it, 0 removes it. */
export function setVote(change: Change, label: LabelName, voter: Account, value: number): void {
  change.votes = change.votes.filter((vote) => vote.label !== label || vote.account !== voter._account_id);
  if (value !== 0) change.votes.push({ label, account: voter._account_id, value });
}

export function addMessage(change: Change, author: Account, text: string, at: Date): void {
  const date = at.toISOString();
  const patchSet = currentPatchSet(change).number;
  change.messages.push({ account: author._account_id, date, text, patchSet });
  change.updated = date;
}

/** A change depends on the change whose commit is its parent. */
export function dependsOn(change: Change, other: Change): boolean {
  const { parents } = currentPatchSet(change);
  return other.patchSets.some((patchSet) => parents.includes(patchSet.commit));
}

export function newChangeId(): string {
  return `I${randomBytes(20).toString("hex")}`;
}
