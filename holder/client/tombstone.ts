// Reduces a job's directory to a tombstone when the database has everything: `holder.json` stays, which prevents that the job is
// ever started again and says how it ended. The journal is removed, and the socket if its holder could not remove it.
//
// A holder that still serves late clients is not disturbed: it wrote to `holder.json` how the job ended before it sent the end to
// a client, and it reads the removed file through its own descriptor.

import { closeSync, existsSync, fstatSync, fsyncSync, openSync, rmSync } from "node:fs";
import { findHolder, readHolderFile, isHolderRunning } from "./find-holder.ts";
import { holderFilePath, jobDirectory, socketPath, writeHolderFile } from "../protocol/job-directory.ts";
import { journalPath, readJournal } from "../protocol/journal-reader.ts";
import type { ExitRecord } from "../protocol/messages.ts";

/** What the database has of a job. */
export type Stored =
  /** Everything up to the end of the job. */
  | { until: "end"; exit: ExitRecord; at: number }
  /** Everything before this position of the journal, and `journalSkip` bytes of output; how the job ended is unknown. */
  | { until: "position"; journalEnd: number; journalSkip: number }
  /** Its output was removed on purpose. */
  | { until: "removed" };

/** Whether a job's directory contains more than a tombstone. */
export function hasMoreThanTombstone(dataDir: string, jobId: number | string): boolean {
  const directory = jobDirectory(dataDir, jobId);
  return existsSync(journalPath(directory)) || existsSync(socketPath(directory));
}

/**
 * Removes what the database has. Idempotent, also when several workers do it at once.
 * @returns `later` when the holder is alive or of a newer version; `kept` when the journal has something that is stored nowhere
 * else.
 */
export async function reduceToTombstone(
  dataDir: string,
  jobId: number | string,
  stored: Stored,
): Promise<"removed" | "kept" | "later"> {
  const directory = jobDirectory(dataDir, jobId);
  const holder = await findHolder(dataDir, jobId);
  if (holder.state === "none") return "removed";
  // Only a newer worker can clean up after a newer holder.
  if (holder.state === "alive" || holder.state === "newer") return "later";
  const file = readHolderFile(directory);
  if (file === undefined || !isHolderRunning(file)) rmSync(socketPath(directory), { force: true });
  if (stored.until === "position" && !isStoredUpTo(directory, stored.journalEnd, stored.journalSkip)) {
    return "kept";
  }
  // Without the journal this file alone says that the job has ended, so it must say so first, and be synced.
  if (file !== undefined && file.ended === null) {
    if (holder.state === "ended") file.ended = { exit: holder.exit, at: holder.endedAt };
    else if (stored.until === "end") file.ended = { exit: stored.exit, at: stored.at };
    if (file.ended !== null) writeHolderFile(directory, file);
  }
  if (file !== undefined) syncFile(holderFilePath(directory));
  rmSync(journalPath(directory), { force: true });
  return "removed";
}

/** Whether the journal, which no process writes any more, has no output after the position and is readable to its last byte. */
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
    return false; // damaged: a person may be able to read more of it
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

function syncFile(path: string): void {
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
