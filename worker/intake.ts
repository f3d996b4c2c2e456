// Processes the records of a job's journal, in order: output goes to the transcript (output-intake.ts), and every record advances the
// position that the questions know.
import type { Log } from "#lib/log.ts";
import type { HolderRecord, NoteRecord, TypeResult } from "../holder/protocol/messages.ts";
import type { DatabaseClock } from "./database-clock.ts";
import { createOutputIntake, type OutputIntake, type OutputOptions } from "./output-intake.ts";
import type { Signals } from "./signals.ts";

/** Results of inputs that were journaled and then not typed. */
const NOT_TYPED: ReadonlySet<TypeResult> = new Set(["not_reading", "echo_on"]);

export type Intake = {
  /** Resolves when the record is processed. Records are processed one after the other, in the order of the calls. */
  take(record: HolderRecord): Promise<void>;
  stop(): void;
};

type Options = OutputOptions & {
  jobId: number;
  signals: Signals;
  clock: DatabaseClock;
  log: Log;
  /** A record could not be processed: this run cannot continue. */
  onError: (cause: unknown) => void;
};

export function createIntake(options: Options): Intake {
  const output = createOutputIntake(options);
  let last = Promise.resolve();
  let isStopped = false;

  function stop(): void {
    isStopped = true;
    output.stop();
  }

  async function processRecord(record: HolderRecord): Promise<void> {
    if (isStopped) return;
    if (record.kind === "output") await output.take(record, options.clock.at(record.at));
    else takeOther(options, output, record);
    if (isStopped) return;
    dispatchPosition(options, record);
    output.endReplayAt(record.next);
  }

  return {
    take(record) {
      last = last
        .then(() => processRecord(record))
        .catch((cause: unknown) => {
          stop();
          options.onError(cause);
        });
      return last;
    },
    stop,
  };
}

function takeOther(
  options: Options,
  output: OutputIntake,
  record: Exclude<HolderRecord, { kind: "output" }>,
): void {
  const { screen, signals, log, jobId } = options;
  const isNew = record.next > options.stored.journalEnd;
  switch (record.kind) {
    case "note":
      takeNote(options, record.note, isNew);
      return;
    case "gap":
      log.error("job: output was lost because the disk of the journal was full", {
        jobId,
        bytes: record.lostBytes,
      });
      return;
    case "exit":
      if (isNew) output.finish(record.next, options.clock.at(record.at));
      return;
    case "input":
      // Prompts on the screen now are answered; prompts after this record are not.
      screen.markAnswered();
      return;
    case "signal":
      signals.wasSent(record.signal);
  }
}

function takeNote({ screen, questions, transcript }: Options, note: NoteRecord, isNew: boolean): void {
  switch (note.what) {
    case "typed": {
      const { interactionId, result } = note;
      if (NOT_TYPED.has(result)) screen.markUnanswered();
      questions.dispatch({ kind: "resultRecord", interactionId: Number(interactionId), result });
      return;
    }
    // Shown as the status, because the terminal does not show it.
    case "stopped":
      if (isNew) transcript.setStatus(`Stopped: ${note.commands.join(", ")}`);
      return;
    case "continued":
      if (isNew) transcript.setStatus(null);
      return;
    case "leftovers":
      transcript.endedProcesses(note.names);
      return;
    case "childExited":
    case "resized":
    case "replied":
  }
}

/** The questions receive the position of every record: a read is judged when all records before it have been processed. */
function dispatchPosition({ questions }: Options, record: HolderRecord): void {
  const position = record.next;
  switch (record.kind) {
    case "exit":
      return questions.dispatch({ kind: "exited" });
    case "input":
      return questions.dispatch({
        kind: "input",
        position,
        interactionId: Number(record.input.interactionId),
      });
    case "output":
      return questions.dispatch({ kind: "output", position, bytes: record.bytes.length });
    case "note":
    case "gap":
    case "signal":
      return questions.dispatch({ kind: "output", position, bytes: 0 });
  }
}
