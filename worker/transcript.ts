// Follows a job's output: bytes go to the screen for the detection of prompts, and as chunks, lines, phases and
// progress into the store. Knows nothing of sockets and questions.
import {
  countPhases,
  findOpenTail,
  findOutputState,
  listLines,
  listOpenPhases,
  type StoredOutput,
} from "#lib/db/output.ts";
import type { Database } from "#lib/db/connection.ts";
import { HIDDEN_LINE } from "#lib/domain/hidden-line.ts";
import type { Landmark } from "#lib/domain/outcome.ts";
import type { Progress } from "#lib/wire/schemas.ts";
import type { JobStore } from "./job-store.ts";
import { landmarksIn } from "./output/landmarks.ts";
import { type CompletedLines, createLineAssembler } from "./output/lines.ts";
import { createPhaseTracker, type OpenPhase } from "./output/phases.ts";
import { progressIn } from "./output/progress.ts";
import type { ResumePoint } from "./output/terminal-stream.ts";
import { storable } from "./storable.ts";

/** Lines looked at again for landmarks when a job is taken over; they stand near the end of a run. */
const LANDMARK_LINES = 5000;

export type Resumed = {
  stored: StoredOutput;
  /** Bytes of the line that is not complete. */
  openTail: Buffer;
  openPhases: OpenPhase[];
  phaseCount: number;
  landmarks: Landmark[];
};

/** What earlier workers stored of this job. */
export async function resumeOutput(db: Database, jobId: number): Promise<Resumed> {
  const stored = await findOutputState(db, jobId);
  const [openTail, openPhases, phaseCount, lines] = await Promise.all([
    findOpenTail(db, jobId),
    listOpenPhases(db, jobId),
    countPhases(db, jobId),
    stored.lineCount === 0
      ? []
      : listLines(db, jobId, Math.max(1, stored.lineCount - LANDMARK_LINES + 1), LANDMARK_LINES),
  ]);
  return {
    stored,
    openTail,
    openPhases,
    phaseCount,
    landmarks: landmarksIn(lines.map((line) => line.text).join("\n")),
  };
}

export type Transcript = {
  /** @param end the place in the journal up to which everything is accounted for with these bytes. */
  push(bytes: Buffer, at: Date, end: ResumePoint): void;
  /** A line that scap handed over by its protocol; the log shows a notice in place of a sensitive one. */
  pushLine(line: string, isSensitive: boolean, at: Date, end: ResumePoint): void;
  /** scap's own words about what it does win over the name of the phase. */
  setStatus(status: string | null): void;
  setProgress(progress: Progress | null): void;
  /** The program has ended: the unfinished line is one now. */
  finish(at: Date, end: ResumePoint): void;
  readonly landmarks: ReadonlySet<Landmark>;
};

export function createTranscript(store: JobStore, resumed: Resumed): Transcript {
  const lines = createLineAssembler(resumed.openTail);
  const phases = createPhaseTracker({ open: resumed.openPhases, count: resumed.phaseCount });
  const landmarks = new Set<Landmark>(resumed.landmarks);
  let announced: string | null = null;
  let isProgressShown = resumed.stored.progress !== null;

  function showProgress(progress: Progress | null): void {
    isProgressShown = progress !== null;
    store.setProgress(progress === null ? null : { ...progress, name: storable(progress.name) });
  }

  function add(
    bytes: Buffer,
    completed: CompletedLines,
    at: Date,
    end: ResumePoint,
    sensitive?: string,
  ): void {
    const changes = completed.count === 0 ? [] : phases.push(completed.text, at);
    for (const landmark of completed.count === 0 ? [] : landmarksIn(completed.text)) landmarks.add(landmark);
    store.addOutput({
      at,
      ...end,
      raw: bytes,
      text: completed.text,
      lineCount: completed.count,
      openLine: lines.openLine(),
      phases: changes,
      ...(sensitive === undefined ? {} : { sensitive }),
    });
    if (changes.length > 0) {
      // A progress bar belongs to the phase that drew it.
      if (isProgressShown) store.setProgress(null);
      isProgressShown = false;
      announced = null;
      store.setStatus(phases.current()?.name ?? null);
    }
    const progress = progressIn(bytes);
    if (progress !== undefined) showProgress(progress);
  }

  return {
    push: (bytes, at, end) => add(bytes, lines.push(bytes), at, end),
    pushLine(line, isSensitive, at, end) {
      const bytes = Buffer.from(`${isSensitive ? HIDDEN_LINE : line}\r\n`);
      add(bytes, lines.push(bytes), at, end, isSensitive ? storable(line) : undefined);
    },
    setStatus(said) {
      const status = said === null ? null : storable(said);
      if (status === announced) return;
      announced = status;
      store.setStatus(status ?? phases.current()?.name ?? null);
    },
    setProgress: showProgress,
    finish: (at, end) => add(Buffer.alloc(0), lines.finish(), at, end),
    landmarks,
  };
}
