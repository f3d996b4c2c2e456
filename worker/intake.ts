// Processes the records of a job's journal, in order: bytes go to the transcript, messages of scap's protocol to the questions, and
// every record advances the position that the questions know. Long records are processed in slices, between which other jobs get the
// thread (throttle.ts).
//
// Records that an earlier worker has stored are replayed only for the rows above the screen and for the questions, which live in the
// memory of a worker. The screen itself, and all lines, continue from the stored state.
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
import type { JobThrottle } from "./throttle.ts";
import type { Part } from "./prompt/protocol.ts";
import { type ProtocolMessage, questionOf } from "./prompt/protocol-messages.ts";
import type { Screen } from "./prompt/screen.ts";
import type { Questions } from "./questions.ts";
import type { Signals } from "./signals.ts";
import { storable } from "./storable.ts";
import type { Place, Transcript } from "./transcript.ts";

/** Text that may still become a protocol message is shown after this time anyway. */
const HELD_BACK_MS = 50;
/** The same for the beginning of a message, which would be noise or a sensitive line: on a busy machine the rest may take long. */
const HELD_MESSAGE_MS = 2000;
const NOTHING = Buffer.alloc(0);
/** Takes a millisecond or two to process, whatever it contains. */
const SLICE_BYTES = 8 * 1024;

/** Results of inputs that were journaled and then not typed. */
const NOT_TYPED: ReadonlySet<TypeResult> = new Set(["not_reading", "echo_on"]);

type OutputRecord = HolderRecord & { kind: "output" };

export type Intake = {
  /** Resolves when the record is processed. Records are processed one after the other, in the order of the calls. */
  take(record: HolderRecord): Promise<void>;
  stop(): void;
};

export function createIntake(options: {
  jobId: number;
  /** Key of scap's protocol. */
  protocolKey: string;
  /** The position up to which everything is stored. */
  stored: Pick<StoredOutput, "journalEnd" | "journalSkip">;
  /** Where the first record begins; not after `stored`. */
  replayFrom: ResumePoint;
  screen: Screen;
  transcript: Transcript;
  questions: Questions;
  signals: Signals;
  throttle: JobThrottle;
  clock: DatabaseClock;
  log: Log;
  /** A record could not be processed: this run cannot continue. */
  onError: (cause: unknown) => void;
}): Intake {
  const { jobId, stored, screen, transcript, questions, signals, throttle, clock, log } = options;
  const stream = createTerminalStream(options.protocolKey, stored);
  /** Parses again what is stored already. */
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
      .then(() => (isStopped ? undefined : processRecord(record)))
      .catch((cause: unknown) => {
        stop();
        options.onError(cause);
      });
    return last;
  }

  async function processRecord(record: HolderRecord): Promise<void> {
    await processKind(record);
    if (replay === undefined || isStopped) return;
    if (record.next >= stored.journalEnd && stored.journalSkip === 0) endReplay();
  }

  async function processKind(record: HolderRecord): Promise<void> {
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
        if (record.next > stored.journalEnd) showStopped(record.note);
        if (record.note.what === "leftovers") transcript.endedProcesses(record.note.names);
        questions.dispatch({ kind: "output", position: record.next, bytes: 0 });
        return;
      case "gap":
        log.error("job: output was lost because the disk of the journal was full", {
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
        // Prompts on the screen now are answered; prompts after this record are not.
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
      // Part of the first new record may be stored already.
      const isKnown = record.next <= stored.journalEnd;
      const known = isKnown ? record.bytes : record.bytes.subarray(0, stored.journalSkip);
      await replayOutput(replay, { ...record, bytes: known }, at);
      if (isKnown || isStopped) return;
      endReplay();
    }
    clearTimeout(flushTimer);
    for (const slice of slicesOf(record)) {
      throttle.run(() => takeParts(stream.push(slice), placeOf(slice, at)));
      await throttle.pause();
      if (isStopped) return;
    }
    holdBack(record, at);
  }

  async function replayOutput(replayed: TerminalStream, record: OutputRecord, at: Date): Promise<void> {
    for (const slice of slicesOf(record)) {
      throttle.run(() => {
        const place = placeOf(slice, at);
        for (const part of replayed.push(slice)) {
          if (part.kind === "bytes") transcript.replay(part.bytes, place);
          else if (part.message.type === "interaction") announce(part.message, record.next);
        }
        if (!replayed.isHolding) showPlace(place);
      });
      await throttle.pause();
      if (isStopped) return;
    }
  }

  /** Everything that is stored has been replayed. */
  function endReplay(): void {
    replay = undefined;
    transcript.resume();
  }

  function holdBack(record: OutputRecord, at: Date): void {
    if (!stream.isHolding) return;
    const show = (): void => takeParts(stream.flush(), { at, position: record.next, seen: record.next });
    if (!stream.holdsMessage) flushTimer = setTimeout(show, HELD_BACK_MS);
    // The second timer is for a worker that was stopped for a while: the first one fires before it has read what came meanwhile.
    else flushTimer = setTimeout(() => (flushTimer = setTimeout(show, HELD_BACK_MS)), HELD_MESSAGE_MS);
  }

  /** All parts of a slice are stored in one transaction, so they share the position to resume from. */
  function takeParts(parts: readonly Part[], read: Omit<Place, "end">): void {
    const place = { ...read, end: stream.resumePoint() };
    for (const part of parts) {
      if (part.kind === "message") takeMessage(part.message, place);
      else transcript.push(Buffer.from(part.bytes.buffer, part.bytes.byteOffset, part.bytes.length), place);
    }
    if (!stream.isHolding) showPlace(place);
  }

  /** A message draws nothing, but the screen must know that everything up to here was processed. */
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
      // The answer is in the database already.
    }
  }

  /** Reports a stopped program in the status, because the terminal does not show it. */
  function showStopped(note: NoteRecord): void {
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

/** Made storable before it is asked, so that what is typed and compared later equals what the row contains. */
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
