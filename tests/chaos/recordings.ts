// What the sandbox's scap wrote down about itself: who was started with what, what it asked, what it read, how it
// ended, and every byte it showed. Nothing of SpiderPig has touched these files, so they are what everything that
// SpiderPig says is held against.
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

/** One prompt of one process; `read` is null when nothing was read there. */
export type AskedPrompt = {
  id: string;
  at: number;
  text: string;
  /** By the terminal: then what was read is noted as a digest. */
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

/** In the order in which they were started. */
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
    } else if (process === undefined) throw new Error(`${file} begins with ${noted.event}`);
    else if (noted.event === "prompt") {
      const { id, at, text, hidden = false } = noted;
      process.prompts.push({ id, at, text, hidden, read: null });
    } else if (noted.event === "answer") {
      const prompt = process.prompts[noted.n - 1];
      if (prompt === undefined || prompt.read !== null)
        throw new Error(`${file}: an answer without a prompt`);
      prompt.read = { at: noted.at, text: noted.text };
    } else {
      process.exitCode = noted.exitCode;
      process.endedAt = noted.at;
    }
  }
  return process;
}
