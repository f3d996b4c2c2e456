// One case of the corpus: a folder with the terminal output (screen.txt), the facts of the kernel (facts.json) and the
// expected question and its time (expected.json). UPDATE_EXPECTED=1 rewrites expected.json; review the diff.
//
// screen.txt is readable and diffable: a line break means \r\n, the last one is the file's own and does not count, and
// characters that an editor would hide or strip are written as \e (escape), \r, \n, \a, \b, \t, \s (space) and \\.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Prompt } from "../../../worker/prompt/decide.ts";
import type { Reading } from "../../../holder/protocol/messages.ts";
import { drive } from "./drive.ts";

const FIXTURES = path.join(import.meta.dirname, "../../fixtures/prompts");
/** Longer than the delay of every rule in the table. */
const WATCHED_MS = 10_000;
const UPDATES = process.env["UPDATE_EXPECTED"] === "1";

type Facts = Partial<Omit<Reading, "readId" | "position">> & {
  /** Why the case exists. */
  description: string;
  columns?: number;
  rows?: number;
  /** False: no process reads, so no question may open. */
  reading?: boolean;
  /** What another process prints after the read began, at these milliseconds. */
  later?: { at: number; text: string }[];
  /** The screen differs at 80 columns: a pager draws for the width of its terminal. */
  widthMatters?: boolean;
};

type Outcome = { opens: string; prompt?: Omit<Prompt, "promptKey" | "readId" | "source"> };
type Layout = { columns: number; rows: number; chunkBytes: number };

export function caseNames(): string[] {
  return readdirSync(FIXTURES).toSorted();
}

export async function check(name: string): Promise<void> {
  const folder = path.join(FIXTURES, name);
  const facts = JSON.parse(readFileSync(path.join(folder, "facts.json"), "utf8")) as Facts;
  const screen = readScreen(path.join(folder, "screen.txt"));
  const layout: Layout = { columns: facts.columns ?? 160, rows: facts.rows ?? 50, chunkBytes: screen.length };

  const outcome = await run(screen, facts, layout);

  const file = path.join(folder, "expected.json");
  if (UPDATES) writeFileSync(file, `${JSON.stringify(outcome, null, 2)}\n`);
  assert.deepEqual(outcome, JSON.parse(readFileSync(file, "utf8")), "another question, or another time");
  assert.deepEqual(
    await run(screen, facts, { ...layout, chunkBytes: 1 }),
    outcome,
    "the chunking of the output changed it",
  );
  const withoutRead = await run(screen, { ...facts, reading: false }, layout);
  assert.deepEqual(withoutRead, { opens: "never" }, "text without a read opened a prompt");
  if (outcome.prompt?.recognised === true && facts.widthMatters !== true) {
    assert.deepEqual(await run(screen, facts, { ...layout, columns: 80 }), outcome, "the width changed it");
  }
}

async function run(screen: Buffer, facts: Facts, layout: Layout): Promise<Outcome> {
  const job = drive(layout);
  for (let at = 0; at < screen.length; at += layout.chunkBytes) {
    await job.output(screen.subarray(at, at + layout.chunkBytes));
  }
  const start = job.now();
  const {
    description: _description,
    columns: _columns,
    rows: _rows,
    reading,
    later,
    widthMatters: _matters,
    ...fact
  } = facts;
  if (reading !== false) await job.reading(fact);
  for (const { at, text } of later ?? []) {
    await job.pass(start + at - job.now());
    await job.output(unescape(text));
  }
  await job.pass(start + WATCHED_MS - job.now());

  const opened = job.seen.filter((effect) => effect.kind === "open");
  assert(opened.length <= 1, "one read asked twice");
  const [first] = opened;
  if (first === undefined) return { opens: "never" };
  const { promptKey: _promptKey, readId: _readId, source: _source, ...prompt } = first.prompt;
  const afterMs = first.at - start;
  return { opens: afterMs === 0 ? "immediately" : `after ${afterMs} ms`, prompt };
}

function readScreen(file: string): Buffer {
  return unescape(readFileSync(file, "utf8").replace(/\n$/, "").replaceAll("\n", "\\r\\n"));
}

const ESCAPES: Record<string, string> = {
  e: "\x1b",
  r: "\r",
  n: "\n",
  a: "\x07",
  b: "\b",
  t: "\t",
  s: " ",
  "\\": "\\",
};

function unescape(text: string): Buffer {
  return Buffer.from(text.replace(/\\(.)/g, (whole, letter: string) => ESCAPES[letter] ?? whole));
}
