// Takes the records of a job's journal, in order: bytes go to the transcript, what scap said by its own protocol to the
// questions, and every record tells the questions where the journal stands. Long records are taken in slices, between
// which other jobs have their turn (pace.ts).
//
// What an earlier worker stored already is taken again for the rows above the screen and for the questions alone: they
// live in the memory of a worker. The screen itself, and all lines, continue from the rows.
import type { StoredOutput } from "#lib/db/output.ts";
import type { Log } from "#lib/log.ts";
import type { DatabaseClock } from "./database-clock.ts";
import type { HolderRecord, NoteRecord, TypeResult } from "../holder/protocol/messages.ts";
import { progressOf } from "./output/progress.ts";
import {
  createTerminalStream,
  type RecordSlice,
  type ResumePoint,
  type TerminalStream,
} from "./output/terminal-stream.ts";
import type { JobPace } from "./pace.ts";
import type { Part } from "./prompt/protocol.ts";
import { type ProtocolMessage, questionOf } from "./prompt/protocol-messages.ts";
import type { Screen } from "./prompt/screen.ts";
import type { Questions } from "./questions.ts";
import type { Signals } from "./signals.ts";
import { storable } from "./storable.ts";
import type { Place, Transcript } from "./transcript.ts";

/** Text that may still become a line of the protocol is shown after this time all the same. */
const HELD_BACK_MS = 50;
/** The beginning of a message: shown, it would be noise, or a sensitive line. A busy machine may be slow to bring the rest. */
const HELD_MESSAGE_MS = 2000;
const NOTHING = Buffer.alloc(0);
/** Small enough to be processed within a millisecond or two, whatever it holds. */
const SLICE_BYTES = 8 * 1024;

/** Results that say that nothing went into the terminal, though the journal had announced it. */
const NOT_TYPED: ReadonlySet<TypeResult> = new Set(["not_reading", "echo_on"]);

type OutputRecord = HolderRecord & { kind: "output" };

export type Intake = {
  /** Resolves when the record is dealt with; records are, one after the other, in the order of the calls. */
  take(record: HolderRecord): Promise<void>;
  stop(): void;
};

export function createIntake(options: {
  jobId: number;
  /** Key of scap's protocol. */
  protocolKey: string;
  /** Up to where the rows account for everything. */
  stored: Pick<StoredOutput, "journalEnd" | "journalSkip">;
  /** Where the first record begins; not behind `stored`. */
  replayFrom: ResumePoint;
  screen: Screen;
  transcript: Transcript;
  questions: Questions;
  signals: Signals;
  pace: JobPace;
  clock: DatabaseClock;
  log: Log;
  /** A record could not be dealt with: this run cannot continue. */
  onFault: (cause: unknown) => void;
}): Intake {
  const { jobId, stored, screen, transcript, questions, signals, pace, clock, log } = options;
  const stream = createTerminalStream(options.protocolKey, stored);
  /** Reads again what is stored already. */
  let replay: TerminalStream | undefined = createTerminalStream(options.protocolKey, options.replayFrom);
  let flushTimer: NodeJS.Timeout | undefined;
  let last = Promise.resolve();
  let isStopped = false;
  if (options.replayFrom.journalEnd === stored.journalEnd && stored.journalSkip === 0) endReplay();
  return { take, stop };

  function stop(): void {
    isStopped = true;
    clearTimeout(flushTimer);
  }

  function take(record: HolderRecord): Promise<void> {
    last = last
      .then(() => (isStopped ? undefined : dealWith(record)))
      .catch((cause: unknown) => {
        stop();
        options.onFault(cause);
      });
    return last;
  }

  async function dealWith(record: HolderRecord): Promise<void> {
    await dealWithKind(record);
    if (replay === undefined || isStopped) return;
    if (record.next >= stored.journalEnd && stored.journalSkip === 0) endReplay();
  }

  async function dealWithKind(record: HolderRecord): Promise<void> {
    const at = clock.at(record.at);
    switch (record.kind) {
      case "output":
        await takeOutput(record, at);
        if (isStopped) return;
        questions.dispatch({ kind: "output", position: record.next, bytes: record.bytes.length });
        return;
      case "note":
        if (record.note.what === "typed") {
          const { interactionId, result } = record.note;
          if (NOT_TYPED.has(result)) screen.markUnanswered();
          questions.dispatch({ kind: "resultRecord", interactionId: Number(interactionId), result });
        }
        if (record.next > stored.journalEnd) takeStopped(record.note);
        if (record.note.what === "leftovers") transcript.endedProcesses(record.note.names);
        questions.dispatch({ kind: "output", position: record.next, bytes: 0 });
        return;
      case "gap":
        log.error("job: output was lost, the disk of the journal was full", {
          jobId,
          bytes: record.lostBytes,
        });
        questions.dispatch({ kind: "output", position: record.next, bytes: 0 });
        return;
      case "exit":
        clearTimeout(flushTimer);
        if (record.next > stored.journalEnd) {
          takeParts(stream.flush(), { at, position: record.next, seen: record.next });
          transcript.finish(at, { journalEnd: record.next, journalSkip: 0 });
        }
        questions.dispatch({ kind: "exited" });
        return;
      case "input":
        // What is on the screen now has been dealt with; what comes after this record has not.
        screen.markAnswered();
        questions.dispatch({
          kind: "input",
          position: record.next,
          interactionId: Number(record.input.interactionId),
        });
        return;
      case "signal":
        signals.wasSent(record.signal);
        questions.dispatch({ kind: "output", position: record.next, bytes: 0 });
    }
  }

  async function takeOutput(record: OutputRecord, at: Date): Promise<void> {
    if (replay !== undefined) {
      // The first new record may have been dealt with in part.
      const isKnown = record.next <= stored.journalEnd;
      const known = isKnown ? record.bytes : record.bytes.subarray(0, stored.journalSkip);
      await takeAgain(replay, { ...record, bytes: known }, at);
      if (isKnown || isStopped) return;
      endReplay();
    }
    clearTimeout(flushTimer);
    for (const slice of slicesOf(record)) {
      pace.work(() => takeParts(stream.push(slice), placeOf(slice, at)));
      await pace.rest();
      if (isStopped) return;
    }
    holdBack(record, at);
  }

  async function takeAgain(again: TerminalStream, record: OutputRecord, at: Date): Promise<void> {
    for (const slice of slicesOf(record)) {
      pace.work(() => {
        const place = placeOf(slice, at);
        for (const part of again.push(slice)) {
          if (part.kind === "bytes") transcript.replay(part.bytes, place);
          else if (part.message.type === "interaction") announce(part.message, record.next);
        }
        if (!again.isHolding) showPlace(place);
      });
      await pace.rest();
      if (isStopped) return;
    }
  }

  /** Everything that is stored has been read again. */
  function endReplay(): void {
    replay = undefined;
    transcript.resume();
  }

  function holdBack(record: OutputRecord, at: Date): void {
    if (!stream.isHolding) return;
    const show = (): void => takeParts(stream.flush(), { at, position: record.next, seen: record.next });
    if (!stream.holdsMessage) flushTimer = setTimeout(show, HELD_BACK_MS);
    // Of a worker that was stopped for a while the time is over before it has read what came meanwhile.
    else flushTimer = setTimeout(() => (flushTimer = setTimeout(show, HELD_BACK_MS)), HELD_MESSAGE_MS);
  }

  /** All parts of a slice are stored in one transaction, so they share the place to continue from. */
  function takeParts(parts: readonly Part[], read: Omit<Place, "end">): void {
    const place = { ...read, end: stream.resumePoint() };
    for (const part of parts) {
      if (part.kind === "message") takeMessage(part.message, place);
      else transcript.push(Buffer.from(part.bytes.buffer, part.bytes.byteOffset, part.bytes.length), place);
    }
    if (!stream.isHolding) showPlace(place);
  }

  /** What was only a message left nothing to draw, but the screen must know that it has seen all up to here. */
  function showPlace({ seen, at }: Omit<Place, "end">): void {
    screen.feed(NOTHING, seen, at.getTime());
  }

  function takeMessage(message: ProtocolMessage, place: Place): void {
    switch (message.type) {
      case "interaction":
        transcript.pushLines(message.prompt, false, place);
        announce(message, place.position);
        return;
      case "line":
        transcript.pushLines(message.line, message.sensitive === true, place);
        return;
      case "status":
        transcript.setStatus(message.status);
        return;
      case "progress":
        transcript.setProgress(progressOf(message.progress));
        return;
      case "response":
      // What was answered is in the database already.
    }
  }

  /** Nothing on the terminal shows that a program is stopped. */
  function takeStopped(note: NoteRecord): void {
    if (note.what === "stopped") transcript.setStatus(`Stopped: ${note.commands.join(", ")}`);
    if (note.what === "continued") transcript.setStatus(null);
  }

  function announce(message: ProtocolMessage & { type: "interaction" }, position: number): void {
    questions.dispatch({
      kind: "protocolMessage",
      position,
      question: questionOf(storableInteraction(message)),
    });
  }
}

/** As it is asked, stored and typed: before anything is compared with what a row gives back. */
function storableInteraction(message: ProtocolMessage & { type: "interaction" }): typeof message {
  const { prompt, choices, default: fallback } = message;
  return {
    ...message,
    prompt: storable(prompt),
    choices: Object.fromEntries(
      Object.entries(choices ?? {}).map(([text, key]) => [storable(text), storable(key)]),
    ),
    default: typeof fallback === "string" ? storable(fallback) : fallback,
  };
}

function* slicesOf(record: OutputRecord): Generator<RecordSlice> {
  const { position, next, bytes } = record;
  for (let offset = 0; offset < bytes.length || offset === 0; offset += SLICE_BYTES) {
    const end = Math.min(bytes.length, offset + SLICE_BYTES);
    yield { position, next, offset, bytes: bytes.subarray(offset, end), isLast: end === bytes.length };
  }
}

function placeOf({ position, next, isLast }: RecordSlice, at: Date): Omit<Place, "end"> {
  return { at, position: next, seen: isLast ? next : position };
}
