// Reads the recordings of the sandbox's scap: its processes, questions, answers, exit codes and output. SpiderPig does not touch
// these files, so the checks compare its data with them.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const event = z.discriminatedUnion("event", [
  z.object({
    event: z.literal("start"),
    at: z.number(),
    argv: z.array(z.string()),
    user: z.string(),
    pid: z.number(),
    ppid: z.number(),
  }),
  z.object({
    event: z.literal("prompt"),
    at: z.number(),
    id: z.string(),
    n: z.number(),
    text: z.string(),
    hidden: z.literal(true).optional(),
  }),
  z.object({ event: z.literal("answer"), at: z.number(), id: z.string(), n: z.number(), text: z.string() }),
  z.object({ event: z.literal("end"), at: z.number(), exitCode: z.number() }),
]);

/** One prompt of one process; `read` is null when no answer was read. */
export type AskedPrompt = {
  id: string;
  at: number;
  text: string;
  /** The terminal did not echo the answer; its recording is a digest. */
  hidden: boolean;
  read: { at: number; text: string } | null;
};

export type ScapProcess = {
  pid: number;
  ppid: number;
  argv: readonly string[];
  user: string;
  startedAt: number;
  prompts: AskedPrompt[];
  exitCode: number | null;
  endedAt: number | null;
  out: Buffer;
};

/** Sorted by start time. */
export function readRecordings(directory: string): ScapProcess[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((name) => name.endsWith(".jsonl"))
    .flatMap((name) => readRecording(join(directory, name)) ?? [])
    .toSorted((a, b) => a.startedAt - b.startedAt);
}

function readRecording(file: string): ScapProcess | undefined {
  let process: ScapProcess | undefined;
  const outFile = file.replace(/jsonl$/, "out");
  for (const line of readFileSync(file, "utf8").split("\n")) {
    if (line === "") continue;
    const noted = event.parse(JSON.parse(line));
    if (noted.event === "start") {
      const { pid, ppid, argv, user, at } = noted;
      const out = existsSync(outFile) ? readFileSync(outFile) : Buffer.alloc(0);
      process = { pid, ppid, argv, user, startedAt: at, prompts: [], exitCode: null, endedAt: null, out };
    } else if (process === undefined) {
      throw new Error(`${file} starts with ${noted.event}`);
    } else if (noted.event === "prompt") {
      const { id, at, text, hidden = false } = noted;
      process.prompts.push({ id, at, text, hidden, read: null });
    } else if (noted.event === "answer") {
      const prompt = process.prompts[noted.n - 1];
      if (prompt === undefined || prompt.read !== null) {
        throw new Error(`${file}: an answer without a prompt`);
      }
      prompt.read = { at: noted.at, text: noted.text };
    } else {
      process.exitCode = noted.exitCode;
      process.endedAt = noted.at;
    }
  }
  return process;
}
