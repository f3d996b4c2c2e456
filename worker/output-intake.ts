// Processes the output in a job's journal: bytes go to the transcript, and messages of scap's protocol to the transcript and the
// questions. Long records are processed in slices, between which other jobs get the thread (throttle.ts).
//
// Output that an earlier worker has stored is replayed only for the rows above the screen and for the questions, which live in the
// memory of a worker. The screen itself, and all lines, continue from the stored state.
import type { HolderRecord } from "../holder/protocol/messages.ts";
import { progressOf } from "./output/progress.ts";
import {
  createTerminalStream,
  type RecordSlice,
  type ResumePoint,
  type TerminalStream,
} from "./output/terminal-stream.ts";
import type { Part } from "./prompt/protocol.ts";
import { type ProtocolMessage, questionOf } from "./prompt/protocol-messages.ts";
import type { Screen } from "./prompt/screen.ts";
import type { Questions } from "./questions.ts";
import { storable } from "./storable.ts";
import type { JobThrottle } from "./throttle.ts";
import type { Place, Transcript } from "./transcript.ts";

/** Text that may still become a protocol message is shown after this time anyway. */
const HELD_BACK_MS = 50;
/** The same for the beginning of a message, which would be noise or a sensitive line: on a busy machine the rest may take long. */
const HELD_MESSAGE_MS = 2000;
const NOTHING = Buffer.alloc(0);
/** Takes a millisecond or two to process, whatever it contains. */
const SLICE_BYTES = 8 * 1024;

type OutputRecord = HolderRecord & { kind: "output" };
type ReadPlace = Omit<Place, "end">;
type InteractionMessage = ProtocolMessage & { type: "interaction" };

type Target = { screen: Screen; transcript: Transcript; questions: Questions; throttle: JobThrottle };

export type OutputOptions = Target & {
  /** Key of scap's protocol. */
  protocolKey: string;
  /** The position up to which everything is stored. */
  stored: ResumePoint;
  /** Where the first record begins; not after `stored`. */
  replayFrom: ResumePoint;
};

export type OutputIntake = {
  take(record: OutputRecord, at: Date): Promise<void>;
  /** Everything up to this position was read: if it is all that is stored, output is new from now on. */
  endReplayAt(position: number): void;
  /** All output was read: shows what is held back, and settles every line. */
  finish(position: number, at: Date): void;
  stop(): void;
};

export function createOutputIntake(options: OutputOptions): OutputIntake {
  const { stored, replayFrom, throttle, transcript } = options;
  const stream = createTerminalStream(options.protocolKey, stored);
  /** Parses again what is stored already. */
  let replay: TerminalStream | undefined = createTerminalStream(options.protocolKey, replayFrom);
  let flushTimer: NodeJS.Timeout | undefined;
  let isStopped = false;
  endReplayAt(replayFrom.journalEnd);

  async function take(record: OutputRecord, at: Date): Promise<void> {
    if (replay !== undefined) {
      // Part of the first new record may be stored already.
      const isKnown = record.next <= stored.journalEnd;
      const known = isKnown ? record.bytes : record.bytes.subarray(0, stored.journalSkip);
      const replayed = replay;
      await inSlices({ ...record, bytes: known }, (slice) => replaySlice(options, replayed, slice, at));
      if (isKnown || isStopped) return;
      endReplay();
    }
    clearTimeout(flushTimer);
    await inSlices(record, (slice) => takeParts(options, stream, stream.push(slice), placeOf(slice, at)));
    if (!isStopped) holdBack(record.next, at);
  }

  async function inSlices(record: OutputRecord, work: (slice: RecordSlice) => void): Promise<void> {
    for (const slice of slicesOf(record)) {
      throttle.run(() => work(slice));
      await throttle.pause();
      if (isStopped) return;
    }
  }

  function endReplayAt(position: number): void {
    if (replay !== undefined && position >= stored.journalEnd && stored.journalSkip === 0) endReplay();
  }

  function endReplay(): void {
    replay = undefined;
    transcript.resume();
  }

  function holdBack(position: number, at: Date): void {
    if (!stream.isHolding) return;
    const show = (): void => flush(position, at);
    if (!stream.holdsMessage) flushTimer = setTimeout(show, HELD_BACK_MS);
    // The second timer is for a worker that was stopped for a while: the first one fires before it has read what came meanwhile.
    else flushTimer = setTimeout(() => (flushTimer = setTimeout(show, HELD_BACK_MS)), HELD_MESSAGE_MS);
  }

  function flush(position: number, at: Date): void {
    clearTimeout(flushTimer);
    takeParts(options, stream, stream.flush(), { at, position, seen: position });
  }

  return {
    take,
    endReplayAt,
    finish(position, at) {
      flush(position, at);
      transcript.finish(at, { journalEnd: position, journalSkip: 0 });
    },
    stop() {
      isStopped = true;
      clearTimeout(flushTimer);
    },
  };
}

function replaySlice(target: Target, stream: TerminalStream, slice: RecordSlice, at: Date): void {
  const place = placeOf(slice, at);
  for (const part of stream.push(slice)) {
    if (part.kind === "bytes") target.transcript.replay(part.bytes, place);
    else if (part.message.type === "interaction") announce(target, part.message, slice.next);
  }
  if (!stream.isHolding) showPlace(target, place);
}

/** All parts of a slice are stored in one transaction, so they share the position to resume from. */
function takeParts(target: Target, stream: TerminalStream, parts: readonly Part[], read: ReadPlace): void {
  const place = { ...read, end: stream.resumePoint() };
  for (const part of parts) {
    if (part.kind === "message") takeMessage(target, part.message, place);
    else target.transcript.push(bufferOf(part.bytes), place);
  }
  if (!stream.isHolding) showPlace(target, place);
}

/** A message draws nothing, but the screen must know that everything up to here was processed. */
function showPlace({ screen }: Target, { seen, at }: ReadPlace): void {
  screen.feed(NOTHING, seen, at.getTime());
}

function takeMessage(target: Target, message: ProtocolMessage, place: Place): void {
  const { transcript } = target;
  switch (message.type) {
    case "interaction":
      transcript.pushLines(message.prompt, false, place);
      announce(target, message, place.position);
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

function announce({ questions }: Target, message: InteractionMessage, position: number): void {
  const question = questionOf(storableInteraction(message));
  questions.dispatch({ kind: "protocolMessage", position, question });
}

/** Made storable before it is asked, so that what is typed and compared later equals what the row contains. */
function storableInteraction(message: InteractionMessage): InteractionMessage {
  const { prompt, choices, default: fallback } = message;
  return {
    ...message,
    prompt: storable(prompt),
    choices: choices?.map(([text, key]) => [storable(text), storable(key)]),
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

function placeOf({ position, next, isLast }: RecordSlice, at: Date): ReadPlace {
  return { at, position: next, seen: isLast ? next : position };
}

function bufferOf({ buffer, byteOffset, length }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, length);
}
