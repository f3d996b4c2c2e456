// What the review server remembers of each change, and the one file it is kept in. Everything that cannot
// change once a patch set exists (parents, message, size) is stored with it, so most answers need no git.
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

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

export type Vote = { label: LabelName; account: number; value: number; date: string };
export type Message = { id: string; account: number; date: string; text: string; patchSet: number };

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

/** Null when nothing has been stored yet. */
export async function loadReviewState(file: string): Promise<ReviewState | null> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as ReviewState;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw cause;
  }
}

/** Replaces a file in one step, so that a reader sees the old text or the new one and never a part of it. */
export async function replaceFile(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}.draft`;
  await writeFile(draft, text);
  await rename(draft, file);
}
