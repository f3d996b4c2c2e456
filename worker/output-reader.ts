// Reads a job's completed lines for phases, progress and evidence, and passes the progress and the status of the job to the store.
import type { Progress } from "#lib/contract/job.ts";
import type { Database } from "#lib/db/connection.ts";
import { findOutputState, type StoredOutput } from "#lib/db/output.ts";
import { countPhases, listOpenPhases } from "#lib/db/phases.ts";
import type { Evidence } from "#lib/domain/evidence.ts";
import type { PhaseChange } from "#lib/domain/phase.ts";
import type { JobStore } from "./job-store.ts";
import { createEvidence } from "./output/evidence.ts";
import { createPhaseTracker, type OpenPhase } from "./output/phases.ts";
import { PROGRESS_HINT, progressIn } from "./output/progress.ts";
import { storable } from "./storable.ts";
import type { CompletedLine } from "./terminal/types.ts";

/** What earlier workers have stored. */
export type Resumed = {
  stored: StoredOutput;
  openPhases: OpenPhase[];
  phaseCount: number;
};

export async function resumeOutput(db: Database, jobId: number): Promise<Resumed> {
  const [stored, openPhases, phaseCount] = await Promise.all([
    findOutputState(db, jobId),
    listOpenPhases(db, jobId),
    countPhases(db, jobId),
  ]);
  return { stored, openPhases, phaseCount };
}

export type OutputReader = {
  /** Reads lines that are completed. @returns the phases that began or ended with them. */
  read(completed: readonly CompletedLine[], at: Date): PhaseChange[];
  /** New bytes, after their completed lines were read: the line of the cursor may contain progress. */
  noteOutput(bytes: Buffer): void;
  /** Reads the line of the cursor, if it may contain progress. */
  readCursorLine(line: () => string): void;
  /** scap's own status has precedence over the name of the phase. */
  setStatus(status: string | null): void;
  setProgress(progress: Progress | null): void;
  /** The holder ended processes that the command had left behind. */
  endedProcesses(names: readonly string[]): void;
  /** The evidence in the output so far. */
  evidence(): Evidence;
};

export function createOutputReader(store: JobStore, resumed: Resumed): OutputReader {
  const phases = createPhaseTracker({ open: resumed.openPhases, count: resumed.phaseCount });
  const evidence = createEvidence(resumed.stored.evidence);
  /** As stored, perhaps by an earlier worker. */
  let { status } = resumed.stored;
  let isProgressShown = resumed.stored.progress !== null;
  let hasUnreadProgress = false;

  function setProgress(progress: Progress | null): void {
    isProgressShown = progress !== null;
    store.setProgress(progress === null ? null : { ...progress, name: storable(progress.name) });
  }

  function setStatus(announced: string | null): void {
    const next = announced === null ? (phases.current()?.name ?? null) : storable(announced);
    if (next === status) return;
    status = next;
    store.setStatus(next);
  }

  function readProgress(line: string): void {
    const progress = progressIn(line);
    if (progress !== undefined) setProgress(progress);
  }

  /** A progress bar belongs to the phase that drew it. */
  function clearProgress(): void {
    if (isProgressShown) setProgress(null);
    hasUnreadProgress = false;
    setStatus(null);
  }

  return {
    read(completed, at) {
      const changes: PhaseChange[] = [];
      for (const line of completed) {
        evidence.take(line);
        const changed = phases.push(line, at);
        changes.push(...changed);
        if (changed.length > 0) clearProgress();
        else if (line.text.includes(PROGRESS_HINT)) readProgress(line.text);
      }
      return changes;
    },
    noteOutput(bytes) {
      hasUnreadProgress ||= bytes.includes(PROGRESS_HINT);
    },
    readCursorLine(line) {
      if (hasUnreadProgress) readProgress(line());
      hasUnreadProgress = false;
    },
    setStatus,
    setProgress,
    endedProcesses: (names) => evidence.endedProcesses(names),
    evidence: () => evidence.toJSON(),
  };
}
