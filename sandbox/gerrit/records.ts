// The state of the review server, which is stored in one JSON file. A patch set includes the facts of its commit, so most
// requests need no git.
import { readFile } from "node:fs/promises";
import { isMissing } from "../files.ts";
import type { Person } from "./git.ts";

export type Account = { _account_id: number; name: string; email: string; username: string };

export function personOf({ name, email }: Account): Person {
  return { name, email };
}

export type ChangeStatus = "NEW" | "MERGED" | "ABANDONED";
export type LabelName = "Code-Review" | "Verified";

export type PatchSet = {
  number: number;
  commit: string;
  parents: string[];
  subject: string;
  message: string;
  created: string;
};

type Vote = { label: LabelName; account: number; value: number };
type Message = { account: number; date: string; text: string; patchSet: number };

export type Change = {
  number: number;
  project: string;
  branch: string;
  changeId: string;
  status: ChangeStatus;
  owner: number;
  created: string;
  updated: string;
  workInProgress: boolean;
  /** Its tests fail after the approval. */
  failsTests: boolean;
  patchSets: PatchSet[];
  votes: Vote[];
  messages: Message[];
  revertOf: number | null;
  /** When its tests finish and it is merged; null while no tests are running. */
  gateDue: string | null;
  /** One sentence for the pages: the visible effect of deploying it. */
  effect: string | null;
};

/** An open change that has just been uploaded. */
export function newChange(
  given: Pick<Change, "number" | "project" | "branch" | "changeId" | "owner" | "patchSets" | "effect">,
): Change {
  const created = given.patchSets[0]?.created ?? new Date().toISOString();
  return {
    ...given,
    status: "NEW",
    created,
    updated: given.patchSets.at(-1)?.created ?? created,
    workInProgress: false,
    failsTests: false,
    votes: [],
    messages: [],
    revertOf: null,
    gateDue: null,
  };
}

export type ReviewState = { accounts: Account[]; changes: Change[] };

export function currentPatchSet(change: Change): PatchSet {
  const last = change.patchSets.at(-1);
  if (last === undefined) throw new Error(`change ${change.number} has no patch set`);
  return last;
}

/** The ref of a patch set, in Gerrit's layout. */
export function patchSetRef(change: number, patchSet: number): string {
  return `refs/changes/${String(change % 100).padStart(2, "0")}/${change}/${patchSet}`;
}

/** A problem with the directory or the machine that the user has to fix. */
export class SandboxError extends Error {
  override readonly name = "SandboxError";
}

/** Null when there is no stored state. */
export async function loadReviewState(file: string): Promise<ReviewState | undefined> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw cause;
  }
  try {
    return JSON.parse(text) as ReviewState;
  } catch (cause) {
    throw new SandboxError(`${file} is damaged; delete the sandbox's directory to start with a new one`, {
      cause,
    });
  }
}
