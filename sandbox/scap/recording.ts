// Records one scap process for tests: its arguments, questions and answers as JSON lines, and a copy of its output. Writes are
// synchronous, because tests kill these processes.
import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";

type RecordedEvent =
  | { event: "start"; argv: string[]; user: string; pid: number; ppid: number }
  /** `id` names the question (B5, S6, …), `n` numbers the prompts of this process. */
  | { event: "prompt"; id: string; n: number; text: string; hidden?: true }
  /** The text of a hidden answer is its SHA-256 digest. */
  | { event: "answer"; id: string; n: number; text: string }
  | { event: "end"; exitCode: number };

export type Recording = {
  note(event: RecordedEvent): void;
  copy(bytes: Uint8Array): void;
};

export function openRecording(directory: string | undefined): Recording {
  if (directory === undefined) return { note: () => undefined, copy: () => undefined };
  mkdirSync(directory, { recursive: true });
  const path = join(directory, `${Date.now()}-${process.pid}`);
  return {
    note: (event) => appendFileSync(`${path}.jsonl`, `${JSON.stringify({ at: Date.now(), ...event })}\n`),
    copy: (bytes) => appendFileSync(`${path}.out`, bytes),
  };
}
