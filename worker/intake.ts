// Takes the records of a job's journal, in order: bytes go to the screen and the transcript, what scap said by its own
// protocol to the questions, and every record tells the questions where the journal stands.
//
// What an earlier worker stored already is taken again for the screen and the questions alone: they live in the memory
// of a worker, while the transcript lives in the rows.
import type { StoredOutput } from "#lib/db/output.ts";
import type { Log } from "#lib/log.ts";
import type { DatabaseClock } from "./database-clock.ts";
import type { HolderRecord, TypeResult } from "./holder/protocol.ts";
import { progressOf } from "./output/progress.ts";
import { createTerminalStream, type ResumePoint, type TerminalStream } from "./output/terminal-stream.ts";
import type { Part } from "./prompt/protocol.ts";
import { type ProtocolMessage, questionOf } from "./prompt/protocol-messages.ts";
import type { Screen } from "./prompt/screen.ts";
import type { Questions } from "./questions.ts";
import type { Signals } from "./signals.ts";
import { storable } from "./storable.ts";
import type { Transcript } from "./transcript.ts";

/** Text that may still become a line of the protocol is shown after this time all the same. */
const HELD_BACK_MS = 50;
/** The beginning of a message: shown, it would be noise, or a sensitive line. A busy machine may be slow to bring the rest. */
const HELD_MESSAGE_MS = 2000;
const NOTHING = Buffer.alloc(0);

/** Results that say that nothing went into the terminal, though the journal had announced it. */
const NOT_TYPED: ReadonlySet<TypeResult> = new Set(["not_reading", "echo_on"]);

export type Intake = {
  take(record: HolderRecord): void;
  stop(): void;
};

export function createIntake(options: {
  jobId: number;
  /** Key of scap's protocol. */
  protocolKey: string;
  /** Up to where the rows account for everything. */
  stored: StoredOutput;
  /** Where the first record begins; not behind `stored`. */
  replayFrom: ResumePoint;
  screen: Screen;
  transcript: Transcript;
  questions: Questions;
  signals: Signals;
  clock: DatabaseClock;
  log: Log;
}): Intake {
  const { jobId, stored, screen, transcript, questions, signals, clock, log } = options;
  const stream = createTerminalStream(options.protocolKey, stored);
  /** Reads again what is stored already. */
  let replay: TerminalStream | undefined = createTerminalStream(options.protocolKey, options.replayFrom);
  let flushTimer: NodeJS.Timeout | undefined;
  return { take, stop: () => clearTimeout(flushTimer) };

  function take(record: HolderRecord): void {
    const at = clock.at(record.at);
    switch (record.kind) {
      case "output":
        if (record.next <= stored.journalEnd) showAgain(replay?.push(record) ?? [], at, record.next);
        else takeNew(record, at);
        questions.tell({
          kind: "output",
          position: record.next,
          bytes: record.bytes.length,
        });
        return;
      case "note":
        if (record.note.what === "typed") {
          const { interactionId, result } = record.note;
          if (NOT_TYPED.has(result)) screen.markUnanswered();
          questions.settleFromJournal(Number(interactionId), result);
        }
        questions.tell({ kind: "output", position: record.next, bytes: 0 });
        return;
      case "gap":
        log.error("job: output was lost, the disk of the journal was full", {
          jobId,
          bytes: record.lostBytes,
        });
        questions.tell({ kind: "output", position: record.next, bytes: 0 });
        return;
      case "exit":
        clearTimeout(flushTimer);
        if (record.next > stored.journalEnd) {
          takeParts(stream.flush(), at, record.next);
          transcript.finish(at, { journalEnd: record.next, journalSkip: 0 });
        }
        questions.tell({ kind: "exited" });
        return;
      case "input":
        // What is on the screen now has been dealt with; what comes after this record has not.
        screen.markAnswered();
        questions.wasTyped(Number(record.input.interactionId));
        questions.tell({ kind: "input", position: record.next });
        return;
      case "signal":
        signals.wasSent(record.signal);
        questions.tell({ kind: "output", position: record.next, bytes: 0 });
    }
  }

  function takeNew(record: HolderRecord & { kind: "output" }, at: Date): void {
    endReplay(record, at);
    takeParts(stream.push(record), at, record.next);
    clearTimeout(flushTimer);
    if (!stream.isHolding) return;
    const show = (): void => takeParts(stream.flush(), at, record.next);
    if (!stream.holdsMessage) flushTimer = setTimeout(show, HELD_BACK_MS);
    // Of a worker that was stopped for a while the time is over before it has read what came meanwhile.
    else flushTimer = setTimeout(() => (flushTimer = setTimeout(show, HELD_BACK_MS)), HELD_MESSAGE_MS);
  }

  /** The first new record may have been dealt with in part. */
  function endReplay(record: HolderRecord & { kind: "output" }, at: Date): void {
    if (replay === undefined) return;
    const known = { ...record, bytes: record.bytes.subarray(0, stored.journalSkip) };
    showAgain([...replay.push(known), ...replay.flush()], at, record.next);
    replay = undefined;
  }

  function showAgain(parts: readonly Part[], at: Date, position: number): void {
    for (const part of parts) {
      if (part.kind === "bytes") screen.feed(part.bytes, position, at.getTime());
      else if (part.message.type === "interaction") announce(part.message, position);
    }
    if (replay !== undefined) showPlace(replay, position, at);
  }

  /** All parts of a record are stored in one transaction, so they share the place to go on from. */
  function takeParts(parts: readonly Part[], at: Date, position: number): void {
    const end = stream.resumePoint();
    for (const part of parts) {
      if (part.kind === "bytes") {
        const bytes = Buffer.from(part.bytes.buffer, part.bytes.byteOffset, part.bytes.length);
        screen.feed(bytes, position, at.getTime());
        transcript.push(bytes, at, end);
      } else takeMessage(part.message, at, position, end);
    }
    showPlace(stream, position, at);
  }

  /** What was only a message left nothing to draw, but the screen must know that it has seen all up to here. */
  function showPlace(shown: TerminalStream, position: number, at: Date): void {
    if (!shown.isHolding) screen.feed(NOTHING, position, at.getTime());
  }

  function takeMessage(message: ProtocolMessage, at: Date, position: number, end: ResumePoint): void {
    switch (message.type) {
      case "interaction":
        for (const line of message.prompt.split("\n")) transcript.pushLine(line, false, at, end);
        announce(message, position);
        return;
      case "line":
        transcript.pushLine(message.line, message.sensitive === true, at, end);
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

  function announce(message: ProtocolMessage & { type: "interaction" }, position: number): void {
    questions.tell({
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
