// What the review server remembers of each change, and the one file it is kept in. Everything that cannot
// change once a patch set exists (parents, message, size) is stored with it, so most answers need no git.
import { readFile } from "node:fs/promises";
import { isMissing } from "../files.ts";

export type Account = { _account_id: number; name: string; email: string; username: string };
export type ChangeStatus = "NEW" | "MERGED" | "ABANDONED";
export type LabelName = "Code-Review" | "Verified";

export type PatchSet = {
  number: number;
  commit: string;
  parents: string[];
  author: { name: string; email: string; date: string };
  subject: string;
  message: string;
  uploader: number;
  created: string;
  insertions: number;
  deletions: number;
};

type Vote = { label: LabelName; account: number; value: number; date: string };
type Message = { id: string; account: number; date: string; text: string; patchSet: number };

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
  hashtags: string[];
  patchSets: PatchSet[];
  votes: Vote[];
  messages: Message[];
  submitted: { date: string; account: number; commit: string } | null;
  revertOf: number | null;
  /** When its tests will be through and it is merged; null while it is not being tested. */
  gateDue: string | null;
  /** One sentence for people who look around: what deploying it shows. */
  shows: string | null;
};

/** An open change as it is when it has just been uploaded. */
export function newChange(
  given: Pick<Change, "number" | "project" | "branch" | "changeId" | "owner" | "patchSets" | "shows">,
): Change {
  const created = given.patchSets[0]?.created ?? new Date().toISOString();
  return {
    ...given,
    status: "NEW",
    created,
    updated: given.patchSets.at(-1)?.created ?? created,
    workInProgress: false,
    hashtags: [],
    votes: [],
    messages: [],
    submitted: null,
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

/** Where the commit of a patch set is kept, laid out as Gerrit does. */
export function patchSetRef(change: number, patchSet: number): string {
  return `refs/changes/${String(change % 100).padStart(2, "0")}/${change}/${patchSet}`;
}

/** Something about the sandbox's directory or machine that a person has to put right; the message says what. */
export class WorldFault extends Error {
  override readonly name = "WorldFault";
}

/** Null when nothing has been stored yet. */
export async function loadReviewState(file: string): Promise<ReviewState | null> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    if (isMissing(cause)) return null;
    throw cause;
  }
  try {
    return JSON.parse(text) as ReviewState;
  } catch (cause) {
    throw new WorldFault(`${file} is damaged; remove the sandbox's directory to start afresh`, { cause });
  }
}
