// Turns a job's output into rows: bytes go to the terminal emulator, its completed lines to the reader (output-reader.ts), and
// its settled lines and live lines to the store. Independent of sockets and questions.
import type { NewTail } from "#lib/db/output.ts";
import type { PhaseChange } from "#lib/domain/phase.ts";
import type { Evidence } from "#lib/domain/evidence.ts";
import { HIDDEN_LINE } from "#lib/domain/hidden-line.ts";
import type { Progress } from "#lib/contract/job.ts";
import type { JobStore } from "./job-store.ts";
import { createOutputReader, type OutputReader, type Resumed } from "./output-reader.ts";
import type { ResumePoint } from "./output/terminal-stream.ts";
import type { Screen } from "./prompt/screen.ts";
import { storable } from "./storable.ts";
import type { Emulator, EmulatorState, Line } from "./terminal/types.ts";

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
  const reader = createOutputReader(store, resumed);
  let isResumed = resumed.stored.seq === 0;
  let isScreenShown = false;
  let isEnded = false;
  const currentTail = () => (isEnded ? endedTail(reader) : liveTail(emulator, reader, isScreenShown));
  const touchTail = (): void => (isResumed ? store.touchTail() : undefined);

  function add(bytes: Buffer, { at, position, seen, end }: Place, sensitive?: SensitiveLine): void {
    screen.feed(bytes, seen, at.getTime());
    for (const reply of emulator.takeReplies()) onReply(reply, position);
    const lines = takeLines(emulator, reader, at);
    store.addOutput({ at, ...end, raw: bytes, ...lines, ...(sensitive && { sensitive }) });
    reader.noteOutput(bytes);
  }

  return {
    replay(bytes, { seen, at }) {
      screen.feed(bytes, seen, at.getTime());
      discardResults(emulator);
    },
    resume() {
      if (isResumed) return;
      isResumed = true;
      const { terminal } = resumed.stored;
      if (terminal === null) isEnded = true;
      else screen.restore(terminal as EmulatorState);
      if (isScreenShown) touchTail();
    },
    push: (bytes, place) => add(bytes, place),
    pushLines(text, isSensitive, place) {
      const shown = isSensitive ? HIDDEN_LINE : text.replaceAll("\n", "\r\n");
      const line = emulator.cursorLineNumber();
      add(Buffer.from(`${shown}\r\n`), place, isSensitive ? { line, text: storable(text) } : undefined);
    },
    setStatus: (status) => reader.setStatus(status),
    setProgress: (progress) => reader.setProgress(progress),
    setScreenShown(isShown) {
      if (isShown === isScreenShown) return;
      isScreenShown = isShown;
      touchTail();
    },
    tail: () => (isResumed ? currentTail() : undefined),
    finish(at, end) {
      emulator.end();
      isEnded = true;
      const lines = takeLines(emulator, reader, at);
      store.addOutput({ at, ...end, raw: Buffer.alloc(0), ...lines, isRedraw: false });
    },
    endedProcesses(names) {
      reader.endedProcesses(names);
      touchTail();
    },
    evidence: () => reader.evidence(),
  };
}

/** The number of the line that contains the notice, and the text that it hides. */
type SensitiveLine = { line: number; text: string };

type TakenLines = { settled: readonly Line[]; phases: PhaseChange[]; isRedraw: boolean };

/** The lines that were completed and settled by the output since the last call. */
function takeLines(emulator: Emulator, reader: OutputReader, at: Date): TakenLines {
  const completed = emulator.takeCompleted();
  const phases = reader.read(completed, at);
  const settled = emulator.takeSettled();
  return { settled, phases, isRedraw: completed.length === 0 && settled.length === 0 };
}

/** Replayed output is stored already. */
function discardResults(emulator: Emulator): void {
  emulator.takeReplies();
  emulator.takeCompleted();
  emulator.takeSettled();
}

/** Every line is settled. */
function endedTail(reader: OutputReader): NewTail {
  return { live: [], terminal: null, screen: null, evidence: reader.evidence() };
}

function liveTail(emulator: Emulator, reader: OutputReader, isScreenShown: boolean): NewTail {
  reader.readCursorLine(() => emulator.cursorLine());
  return {
    live: linesOf(emulator.live()),
    terminal: emulator.state(),
    screen: isScreenShown || emulator.modes.alternate ? emulator.screen() : null,
    evidence: reader.evidence(),
  };
}

/** An empty line that the cursor has only reached does not count yet. */
function linesOf(live: readonly Line[]): { text: string; at: Date }[] {
  const lines = live.at(-1)?.text === "" ? live.slice(0, -1) : live;
  return lines.map(({ text, at }) => ({ text, at: new Date(at) }));
}
