// Validates what holders write to the disk and to their sockets. A deployment outlives the upgrade of its worker, so a missing or
// malformed field must be reported by name, not continue as `undefined`. Unknown fields and unknown kinds of notes are accepted:
// a later holder may add them under the same version.
//
// Not loaded by the holder, which starts faster without zod.
import { z } from "zod";
import type { HolderFile } from "../protocol/job-directory.ts";
import type {
  Attached,
  ExitRecord,
  HolderRecord,
  InputRecord,
  JournalError,
  NoteRecord,
  Reading,
  Signalled,
  SignalRecord,
  Typed,
} from "../protocol/messages.ts";

export class MalformedPayload extends Error {
  override name = "MalformedPayload";
}

const whole = z.int().min(0);
const typeResult = z.enum(["consumed", "not_consumed", "not_reading", "echo_on", "invalid"]);
const exitShape = {
  exitCode: z.int().nullable(),
  signal: z.int().nullable(),
};

/** Read first; the rest is read only if the version is supported. */
export const versioned = z.looseObject({ version: whole });

export const attached: z.ZodType<Attached> = z.looseObject({
  version: whole,
  jobId: z.string(),
  pid: whole,
  childPid: whole.nullable(),
  fromPosition: whole,
  endPosition: whole,
});

export const reading: z.ZodType<Reading> = z.looseObject({
  readId: whole,
  sinceReadId: whole,
  position: whole,
  how: z.enum(["read", "poll", "unknown"]),
  hasTimeout: z.boolean(),
  onlyTerminal: z.boolean(),
  mainThread: z.boolean(),
  mode: z.enum(["line", "secret", "key", "unknown"]),
  pid: whole,
  command: z.string(),
});

export const notReading = z.looseObject({ readId: whole });

export const journalError: z.ZodType<JournalError> = z.looseObject({
  message: z.string().nullable(),
  unsavedBytes: whole,
});

export const typed: z.ZodType<Typed> = z.looseObject({
  interactionId: z.string(),
  readId: whole,
  result: typeResult,
  isRepeat: z.boolean(),
  at: z.number(),
});

export const signalled: z.ZodType<Signalled> = z.looseObject({
  signalId: z.string(),
  count: whole,
  pids: z.array(whole),
});

export const pong = z.looseObject({ pingId: whole });
export const stale = z.looseObject({ epoch: whole });
export const refused = z.looseObject({ reason: z.string() });

const input: z.ZodType<InputRecord> = z.looseObject({
  interactionId: z.string(),
  text: z.string().nullable(),
  by: z.string(),
});

const signal: z.ZodType<SignalRecord> = z.looseObject({
  signalId: z.string(),
  kind: z.enum(["interrupt", "interrupt_group", "terminate", "kill"]),
  by: z.string(),
  pids: z.array(whole),
});

const exit: z.ZodType<ExitRecord> = z.looseObject({ ...exitShape, failure: z.string().nullable() });

/** holder.json, of supported versions. */
export const holderFile: z.ZodType<HolderFile> = z.looseObject({
  version: whole,
  jobId: z.string(),
  pid: whole,
  startTicks: whole,
  bootId: z.string(),
  argv: z.array(z.string()),
  startedAt: z.number(),
  columns: whole,
  rows: whole,
  childPid: whole.nullable(),
  ended: z.looseObject({ exit, at: z.number() }).nullable(),
});

/** One schema for each note; a note without one does not compile. */
const noteShapes = {
  childExited: z.looseObject(exitShape),
  typed: z.looseObject({ interactionId: z.string(), result: typeResult }),
  resized: z.looseObject({ columns: whole, rows: whole }),
  stopped: z.looseObject({ commands: z.array(z.string()) }),
  continued: z.looseObject({}),
  replied: z.looseObject({ position: whole, text: z.string() }),
  leftovers: z.looseObject({ pids: z.array(whole), names: z.array(z.string()) }),
} satisfies Record<NoteRecord["what"], z.ZodType>;
const notes = new Map<string, z.ZodType>(Object.entries(noteShapes));
const note = z.looseObject({ what: z.string() });

/** @throws MalformedPayload. */
export function readPayload<T>(schema: z.ZodType<T>, payload: Buffer, what: string): T {
  let value: unknown;
  try {
    value = JSON.parse(payload.toString("utf8"));
  } catch (cause) {
    throw new MalformedPayload(`the holder sent ${what} that is not JSON`, { cause });
  }
  return check(schema, value, what);
}

/** Validates the JSON of a decoded record of the journal. @throws MalformedPayload. */
export function checkRecord(record: HolderRecord): HolderRecord {
  switch (record.kind) {
    case "output":
      break;
    case "input":
      check(input, record.input, "an input record");
      break;
    case "signal":
      check(signal, record.signal, "a signal record");
      break;
    case "exit":
      check(exit, record.exit, "an exit record");
      break;
    case "note":
      check(note, record.note, "a note");
      check(notes.get(record.note.what) ?? note, record.note, `a note (${record.note.what})`);
      break;
    case "gap":
      check(whole, record.next, "the end of a gap");
      check(whole, record.lostBytes, "the length of a gap");
  }
  return record;
}

function check<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.map(({ path, message }) => `${path.join(".") || "all"}: ${message}`);
  throw new MalformedPayload(`the holder sent ${what} that is not valid (${issues.join("; ")})`);
}
