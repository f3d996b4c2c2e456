// Notes the start of each job and keeps its journal for the checks.
import { linkSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { heldJobs } from "./inject.ts";
import type { RoundEvents } from "./round-events.ts";

/** Journals are removed once they are stored: a hard link keeps each for the checks. */
export function watchStarts(dataDir: string, journals: string, roundEvents: RoundEvents): () => void {
  const known = new Set(heldJobs(dataDir));
  const unlinked = new Set<string>();
  const timer = setInterval(() => {
    for (const name of heldJobs(dataDir)) {
      if (known.has(name)) continue;
      known.add(name);
      unlinked.add(name);
      roundEvents.note("started");
    }
    for (const name of unlinked) if (linkJournal(dataDir, journals, name)) unlinked.delete(name);
  }, 20);
  return () => clearInterval(timer);
}

/** @returns false when it does not exist yet. */
function linkJournal(dataDir: string, journals: string, name: string): boolean {
  mkdirSync(join(journals, name), { recursive: true });
  try {
    linkSync(join(dataDir, "jobs", name, "journal"), join(journals, name, "journal"));
    return true;
  } catch {
    return false;
  }
}
