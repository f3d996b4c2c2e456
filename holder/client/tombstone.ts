// What stays of a job's directory when the database has everything: `holder.json`, which keeps the job from ever
// being started again and says how it ended. The journal goes, and the socket of a holder that could not remove it.
//
// A holder that still serves late clients is not disturbed: it has said in `holder.json` how the job ended before
// anybody was sent the end, and it reads the removed file on through its own descriptor.

import { closeSync, existsSync, fstatSync, fsyncSync, openSync, rmSync } from "node:fs";
import { findHolder, readHolderFile, runsStill } from "./find-holder.ts";
import { holderFilePath, jobDirectory, socketPath, writeHolderFile } from "../protocol/job-directory.ts";
import { journalPath, readJournal } from "../protocol/journal-reader.ts";
import type { ExitRecord } from "../protocol/messages.ts";

/** What is known, from elsewhere, to be safe. */
export type Stored =
  /** Everything up to the end of the job. */
  | { until: "end"; exit: ExitRecord; at: number }
  /** The job has no end that anybody saw; everything of the journal before this place, and `journalSkip` bytes of output. */
  | { until: "here"; journalEnd: number; journalSkip: number }
  /** Nothing, and it is not wanted any more. */
  | { until: "nowhere" };

/** Whether a job's directory has more than a tombstone in it. */
export function hasRemains(dataDir: string, jobId: number | string): boolean {
  const directory = jobDirectory(dataDir, jobId);
  return existsSync(journalPath(directory)) || existsSync(socketPath(directory));
}

/**
 * Removes what `stored` has made superfluous. Idempotent, also when several do it at once.
 * @returns `later` when the holder has not said yet, or not to this version, how the job ended, `kept` when the journal has something that is
 * stored nowhere else.
 */
export async function leaveTombstone(
  dataDir: string,
  jobId: number | string,
  stored: Stored,
): Promise<"removed" | "kept" | "later"> {
  const directory = jobDirectory(dataDir, jobId);
  const holder = await findHolder(dataDir, jobId);
  if (holder.state === "none") return "removed";
  // What a newer holder left is for a newer worker to tidy up.
  if (holder.state === "alive" || holder.state === "newer") return "later";
  const file = readHolderFile(directory);
  if (file === null || !runsStill(file)) rmSync(socketPath(directory), { force: true });
  if (stored.until === "here" && !isStoredUpTo(directory, stored.journalEnd, stored.journalSkip))
    return "kept";
  // Without the journal this file alone says that the job has ended, so it has to say so first, and safely.
  if (file !== null && file.ended === null) {
    if (holder.state === "ended") file.ended = { exit: holder.exit, at: holder.endedAt };
    else if (stored.until === "end") file.ended = { exit: stored.exit, at: stored.at };
    if (file.ended !== null) writeHolderFile(directory, file);
  }
  if (file !== null) makeSafe(holderFilePath(directory));
  rmSync(journalPath(directory), { force: true });
  return "removed";
}

/** Nobody writes the journal any more. Whatever is behind the place is no output, and it can be read to its last byte. */
function isStoredUpTo(directory: string, journalEnd: number, journalSkip: number): boolean {
  if (!existsSync(journalPath(directory))) return true;
  if (journalSkip > 0) return false;
  try {
    let position = journalEnd;
    for (const record of readJournal(directory, journalEnd)) {
      if (record.kind === "output" || record.kind === "gap") return false;
      position = record.next;
    }
    return position === sizeOf(journalPath(directory));
  } catch {
    return false; // damaged: a person may read more out of it than we can
  }
}

function sizeOf(path: string): number {
  const fd = openSync(path, "r");
  try {
    return fstatSync(fd).size;
  } finally {
    closeSync(fd);
  }
}

function makeSafe(path: string): void {
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
