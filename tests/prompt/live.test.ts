// Prompt detection on real terminals: generated questions from a real process, and the sandbox's scap in every dialect.
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Prompt } from "../../worker/prompt/decide.ts";
import { aWorld, scapEnvironment, scapProgram } from "../sandbox/scap-terminal.ts";
import { PROMPT_RUNS, generatedPrompt } from "../support/prompt-grammar.ts";
import { until } from "../support/until.ts";
import { startLiveJob } from "./live-job.ts";
import type { LiveJob } from "./live-job.ts";

/** Writes each text and reads a line for it, blocked in read(0), as scap does. */
const ASKER = `
const { readFileSync, readSync, writeSync } = require("node:fs");
const line = Buffer.alloc(5000);
for (const text of JSON.parse(readFileSync(process.argv[1], "utf8"))) {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) at += writeSync(2, bytes, at);
  readSync(0, line);
}`;

test("generated questions of a real process are asked as they were meant", async (t) => {
  const generated = fc.sample(generatedPrompt, Math.ceil(PROMPT_RUNS / 6));
  const directory = mkdtempSync(path.join(tmpdir(), "asker-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const file = path.join(directory, "texts.json");
  writeFileSync(file, JSON.stringify(generated.map(({ output }) => output.replaceAll("\r\n", "\n"))));
  const job = await startLiveJob(t, {
    argv: [process.execPath, "-e", ASKER, file],
    env: { PATH: "/usr/bin:/bin", TERM: "xterm-256color" },
  });

  for (const { truth } of generated) {
    const prompt = await job.nextPrompt();
    const { kind, message, options } = prompt;
    assert.deepEqual(
      { kind, message, options },
      { kind: truth.kind, message: truth.message, options: truth.options },
    );
    assert.equal(prompt.unsure, false);
    job.answer(prompt, truth.options[0]?.value ?? "some words");
  }

  assert.equal(await job.ends(), 0);
  assert.equal(job.prompts.length, generated.length, "asked more often than the program did");
  assert.deepEqual(job.refused, []);
});

/** Five megabytes a second for three seconds. */
const FLOOD = `
const { writeSync } = require("node:fs");
const text = Buffer.from("10:00:01 another process on the same terminal says something\\n".repeat(82));
const write = (from) => {
  try { return from + writeSync(1, text, from); } catch (error) { if (error.code !== "EAGAIN") throw error; return from; }
};
const timer = setInterval(() => { for (let at = 0; at < text.length; ) at = write(at); }, 1);
setTimeout(() => clearInterval(timer), 3000);`;

test("a question is found under five megabytes a second of a sibling, and its answer reaches the reader", async (t) => {
  const directory = mkdtempSync(path.join(tmpdir(), "asker-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const file = path.join(directory, "texts.json");
  const question = "Changes synced to the testservers (see https://x)\nContinue with sync? [y/N]: ";
  writeFileSync(file, JSON.stringify([`10:00:00 before\n${question}`]));
  const script = '"$0" -e "$FLOOD" & sleep 1; exec "$0" -e "$ASKER" "$1"';
  const job = await startLiveJob(t, {
    argv: ["/bin/sh", "-c", script, process.execPath, file],
    env: { PATH: "/usr/bin:/bin", TERM: "xterm-256color", FLOOD, ASKER },
  });

  const prompt = await job.nextPrompt();
  job.answer(prompt, true);

  assert.equal(await job.ends(), 0);
  assert.equal(job.prompts.length, 1);
  assert.equal(prompt.message, "Changes synced to the testservers (see https://x)\nContinue with sync?");
  // Caught in a gap of the flood it is certain, otherwise a guess; both are right.
  assert.deepEqual(
    prompt.options.map(({ typed }) => typed),
    ["y", "n"],
  );
});

type Deployment = {
  dialect: string;
  key?: string;
  change: string;
  answers: (prompt: Prompt) => boolean | string;
};

/** Answers until the end, and returns what scap itself recorded to have asked. */
async function deploy(
  t: TestContext,
  { dialect, key, change, answers }: Deployment,
): Promise<{ job: LiveJob; prompts: Prompt[]; asked: string[] }> {
  const world = await aWorld(t);
  const records = path.join(world.directory, "records");
  const env = scapEnvironment(world, {
    SANDBOX_SCAP_DIALECT: dialect,
    SANDBOX_RECORD_DIR: records,
    ...(key === undefined ? {} : { SPIDERPIG_IO_KEY: key }),
  });
  const argv = [process.execPath, scapProgram, "backport", change];
  const job = await startLiveJob(t, { argv, env, ...(key === undefined ? {} : { key }) });
  for (let answered = 0; ; answered += 1) {
    await until("a question or the end", () => job.prompts.length > answered || job.isOver(), {
      boundMs: 30_000,
    });
    if (job.prompts.length <= answered) break;
    const prompt = await job.nextPrompt();
    job.answer(prompt, answers(prompt));
  }
  const prompts = job.prompts.filter(({ promptId }) => !job.missed.has(promptId));
  return { job, prompts, asked: recordedPrompts(records) };
}

function recordedPrompts(directory: string): string[] {
  const lines = readdirSync(directory)
    .filter((name) => name.endsWith(".jsonl"))
    .flatMap((name) => readFileSync(path.join(directory, name), "utf8").trim().split("\n"));
  type Recorded = { event: string; at: number; text?: string };
  const events = lines.map((line) => JSON.parse(line) as Recorded);
  return events
    .filter(({ event }) => event === "prompt")
    .toSorted((a, b) => a.at - b.at)
    .map(({ text }) => text ?? "");
}

/** Every word of scap's question is in the message or in an option, and every line of the message is scap's. */
function assertSameQuestion(prompt: Prompt, asked: string): void {
  const plain = asked.replaceAll("\x1b[1m", "").replaceAll("\x1b[0m", "");
  for (const line of prompt.message.split("\n")) {
    assert(plain.includes(line), `${JSON.stringify(line)} is not in ${JSON.stringify(plain)}`);
  }
  let rest = plain;
  for (const line of prompt.message.split("\n")) rest = rest.replace(line, "");
  for (const { value, text } of prompt.options) rest = rest.replace(`[${String(value)}] ${text}`, "");
  assert.match(
    rest.trim(),
    /^(?:\[y\/N\]:|\[Y\/n\]:|\(y\/n\):|\(default: \[\w\]\):|->|:|)$/,
    "words were left out",
  );
  assert.equal(prompt.recognised, true);
}

const positive = (prompt: Prompt): boolean | string => {
  if (prompt.kind !== "choices") return true;
  return (
    prompt.options.find(({ text }) => /^(?:Yes|Continue|Ignore)/.test(text))?.value ?? prompt.default ?? ""
  );
};

for (const [dialect, change] of [
  ["2022", "1237"],
  ["2024-09", "1237"],
  ["2025", "1237"],
  ["today", "1237"],
  ["today", "1245"],
] as const) {
  test(`scap of ${dialect} deploys ${change} by answers to its questions, each read whole`, async (t) => {
    const { job, prompts, asked } = await deploy(t, { dialect, change, answers: positive });

    assert(asked.length >= 2, "scap asked less than it should");
    assert.equal(prompts.length, asked.length);
    for (const [index, prompt] of prompts.entries()) assertSameQuestion(prompt, asked[index] ?? "");
    assert.deepEqual(job.refused, []);
    assert.deepEqual(job.withdrawn, []);
    assert.equal(await job.ends(), 0);
  });
}

test("scap's own announcements are asked instead of the screen", async (t) => {
  const key = "5e".repeat(32);
  const { job, prompts, asked } = await deploy(t, {
    dialect: "today",
    key,
    change: "1237",
    answers: positive,
  });

  assert(asked.length >= 3, "scap asked less than it should");
  assert.deepEqual(
    prompts.map(({ source }) => source),
    asked.map(() => "protocol"),
  );
  assert.equal(await job.ends(), 0);
});
