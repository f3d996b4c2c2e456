// Reads the journal of a job whose holder is gone: the same records that the holder would have sent.

import { journalPath } from "./job-directory.ts";
import { readJournalFile } from "./journal.ts";
import type { HolderRecord } from "./protocol.ts";

/**
 * The records from a position on; none when housekeeping has removed the journal.
 * @param directory the job's directory, as `findHolder` names it
 * @throws NotARecord when the position is not where a record begins
 */
export function* readJournal(directory: string, fromPosition: number): Generator<HolderRecord> {
  try {
    yield* readJournalFile(journalPath(directory), fromPosition);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) {
      throw error;
    }
  }
}
