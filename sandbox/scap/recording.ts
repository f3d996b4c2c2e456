// What a test can read afterwards about one scap process: JSON lines of what it was started with, what it
// asked and what it read, and a copy of every byte it wrote. Written at once and synchronously, because the
// processes that matter most to tests are the ones that get killed.
import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";

type RecordedEvent =
  | { event: "start"; argv: string[]; user: string; pid: number; ppid: number; env: Record<string, string> }
  /** `id` names the question (B5, S6, …), `n` counts the prompts of this process. */
  | { event: "prompt"; id: string; n: number; text: string; hidden?: true }
  /** Of a hidden one the text is a digest (SHA-256). */
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
