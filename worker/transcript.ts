// Turns a job's output into rows: bytes go to the terminal emulator, and its settled lines, live lines, phases and progress to the
// store. Independent of sockets and questions.
import type { Database } from "#lib/db/connection.ts";
import { findOutputState, type NewTail, type StoredOutput } from "#lib/db/output.ts";
import { countPhases, listOpenPhases } from "#lib/db/phases.ts";
import type { PhaseChange } from "#lib/domain/phase.ts";
import type { Evidence } from "#lib/domain/evidence.ts";
import { HIDDEN_LINE } from "#lib/domain/hidden-line.ts";
import type { Progress } from "#lib/contract/job.ts";
import type { JobStore } from "./job-store.ts";
import { createEvidence } from "./output/evidence.ts";
import { createPhaseTracker, type OpenPhase } from "./output/phases.ts";
import { PROGRESS_HINT, progressIn } from "./output/progress.ts";
import type { ResumePoint } from "./output/terminal-stream.ts";
import type { Screen } from "./prompt/screen.ts";
import { storable } from "./storable.ts";
import type { CompletedLine, EmulatorState, Line } from "./terminal/types.ts";

export type Resumed = {
  stored: StoredOutput;
  openPhases: OpenPhase[];
  phaseCount: number;
};

/** What earlier workers stored for this job. */
export async function resumeOutput(db: Database, jobId: number): Promise<Resumed> {
  const [stored, openPhases, phaseCount] = await Promise.all([
    findOutputState(db, jobId),
    listOpenPhases(db, jobId),
    countPhases(db, jobId),
  ]);
  return { stored, openPhases, phaseCount };
}

/** The time and the position in the journal of a piece of output. */
export type Place = {
  at: Date;
  /** End of the record of the journal that contains it. */
  position: number;
  /** End of the last record that the screen has processed completely. */
  seen: number;
  /** The position in the journal up to which everything is processed with it. */
  end: ResumePoint;
};

export type Transcript = {
  /** Bytes that are stored already, for the rows above the screen and their answered questions. */
  replay(bytes: Uint8Array, place: Omit<Place, "end">): void;
  /** Called when everything stored was replayed: output is new from now on. */
  resume(): void;
  push(bytes: Buffer, place: Place): void;
  /** Lines that scap sent through its protocol; the log contains a notice in place of a sensitive one. */
  pushLines(text: string, isSensitive: boolean, place: Place): void;
  /** scap's own status has precedence over the name of the phase. */
  setStatus(status: string | null): void;
  setProgress(progress: Progress | null): void;
  /** The visible rows are stored as long as this is set, or the program shows the alternate screen. */
  setScreenShown(isShown: boolean): void;
  /** The current end of the log, for the store; undefined before `resume`. */
  tail(): NewTail | undefined;
  /** The program has ended: settles every line. */
  finish(at: Date, end: ResumePoint): void;
  /** The holder ended processes that the command had left behind. */
  endedProcesses(names: readonly string[]): void;
  /** The evidence in the output so far. */
  evidence(): Evidence;
};

/** @param onReply replies of the terminal to queries of the program, with the position of the output that contains the query. */
export function createTranscript(
  store: JobStore,
  screen: Screen,
  resumed: Resumed,
  onReply: (text: string, position: number) => void = () => undefined,
): Transcript {
  const { emulator } = screen;
  const phases = createPhaseTracker({ open: resumed.openPhases, count: resumed.phaseCount });
  const evidence = createEvidence(resumed.stored.evidence);
  /** As stored, perhaps by an earlier worker. */
  let status = resumed.stored.status;
  let isProgressShown = resumed.stored.progress !== null;
  /** The line of the cursor may contain progress that was not read yet. */
  let hasUnreadProgress = false;
  let isResumed = resumed.stored.seq === 0;
  let isScreenShown = false;
  let isEnded = false;

  function setProgress(progress: Progress | null): void {
    isProgressShown = progress !== null;
    store.setProgress(progress === null ? null : { ...progress, name: storable(progress.name) });
  }

  function add(
    bytes: Buffer,
    { at, position, seen, end }: Place,
    sensitive?: { line: number; text: string },
  ): void {
    screen.feed(bytes, seen, at.getTime());
    for (const reply of emulator.takeReplies()) onReply(reply, position);
    const completed = emulator.takeCompleted();
    const changes = readLines(completed, at);
    hasUnreadProgress ||= bytes.includes(PROGRESS_HINT);
    const settled = emulator.takeSettled();
    store.addOutput({
      at,
      ...end,
      raw: bytes,
      settled,
      isRedraw: completed.length === 0 && settled.length === 0,
      phases: changes,
      ...(sensitive === undefined ? {} : { sensitive }),
    });
  }

  function readLines(completed: readonly CompletedLine[], at: Date): PhaseChange[] {
    const changes: PhaseChange[] = [];
    for (const line of completed) {
      const { text } = line;
      evidence.take(line);
      const changed = phases.push(line, at);
      if (changed.length > 0) {
        changes.push(...changed);
        clearProgress();
      } else if (text.includes(PROGRESS_HINT)) {
        readProgress(text);
      }
    }
    return changes;
  }

  /** A progress bar belongs to the phase that drew it. */
  function clearProgress(): void {
    if (isProgressShown) setProgress(null);
    hasUnreadProgress = false;
    showStatus(null);
  }

  function showStatus(announced: string | null): void {
    const next = announced ?? phases.current()?.name ?? null;
    if (next === status) return;
    status = next;
    store.setStatus(next);
  }

  function readProgress(line: string): void {
    const progress = progressIn(line);
    if (progress !== undefined) setProgress(progress);
  }

  /** Replayed output is stored already. */
  function discardResults(): void {
    emulator.takeReplies();
    emulator.takeCompleted();
    emulator.takeSettled();
  }

  return {
    replay(bytes, { seen, at }) {
      screen.feed(bytes, seen, at.getTime());
      discardResults();
    },
    resume() {
      if (isResumed) return;
      isResumed = true;
      const { terminal } = resumed.stored;
      if (terminal === null) isEnded = true;
      else screen.restore(terminal as EmulatorState);
      if (isScreenShown) store.touchTail();
    },
    push: (bytes, place) => add(bytes, place),
    pushLines(text, isSensitive, place) {
      const shown = isSensitive ? HIDDEN_LINE : text.replaceAll("\n", "\r\n");
      const line = emulator.cursorLineNumber();
      add(Buffer.from(`${shown}\r\n`), place, isSensitive ? { line, text: storable(text) } : undefined);
    },
    setStatus: (announced) => showStatus(announced === null ? null : storable(announced)),
    setProgress,
    setScreenShown(isShown) {
      if (isShown === isScreenShown) return;
      isScreenShown = isShown;
      if (isResumed) store.touchTail();
    },
    tail() {
      if (!isResumed) return undefined;
      if (isEnded) return { live: [], terminal: null, screen: null, evidence: evidence.toJSON() };
      if (hasUnreadProgress) readProgress(emulator.cursorLine());
      hasUnreadProgress = false;
      return {
        live: linesOf(emulator.live()),
        terminal: emulator.state(),
        screen: isScreenShown || emulator.modes.alternate ? emulator.screen() : null,
        evidence: evidence.toJSON(),
      };
    },
    finish(at, end) {
      emulator.end();
      isEnded = true;
      const phases = readLines(emulator.takeCompleted(), at);
      const settled = emulator.takeSettled();
      store.addOutput({ at, ...end, raw: Buffer.alloc(0), settled, isRedraw: false, phases });
    },
    endedProcesses(names) {
      evidence.endedProcesses(names);
      if (isResumed) store.touchTail();
    },
    evidence: () => evidence.toJSON(),
  };
}

/** An empty line that the cursor has only reached does not count yet. */
function linesOf(live: readonly Line[]): { text: string; at: Date }[] {
  const lines = live.at(-1)?.text === "" ? live.slice(0, -1) : live;
  return lines.map(({ text, at }) => ({ text, at: new Date(at) }));
}
