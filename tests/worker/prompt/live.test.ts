// Prompt detection on real terminals: generated questions from a real process, and the sandbox's scap in every dialect.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Prompt } from "../../../worker/prompt/decide.ts";
import { openSandbox } from "../../sandbox/open-sandbox.ts";
import { scapEnvironment, scapProgram } from "../../sandbox/scap-terminal.ts";
import { chunksOf, cuts, generatedPrompt, PROMPT_RUNS } from "./prompt-grammar.ts";
import { until } from "../../support/until.ts";
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

/** Executes a script of writes, pauses and reads, and records each line that it read. */
const ACTOR = `
const { appendFileSync, readFileSync, readSync, writeSync } = require("node:fs");
const idle = new Int32Array(new SharedArrayBuffer(4));
const line = Buffer.alloc(5000);
for (const { pieces, read } of JSON.parse(readFileSync(process.argv[1], "utf8"))) {
  for (const { base64, pauseMs } of pieces) {
    const bytes = Buffer.from(base64, "base64");
    for (let at = 0; at < bytes.length; ) at += writeSync(2, bytes, at);
    if (pauseMs > 0) Atomics.wait(idle, 0, 0, pauseMs);
  }
  if (!read) continue;
  const length = readSync(0, line);
  appendFileSync(process.argv[2], JSON.stringify(line.toString("utf8", 0, length)) + "\\n");
}`;

type Piece = { base64: string; pauseMs: number };

const scene = fc.record({
  question: generatedPrompt,
  offsets: cuts,
  pauses: fc.array(fc.constantFrom(0, 0, 0, 0, 1, 3, 8, 25), { minLength: 1, maxLength: 13 }),
  /** A question that is printed while no process reads. */
  decoy: fc.option(generatedPrompt, { freq: 6 }),
  pick: fc.nat(),
  words: fc.stringMatching(/^[ -~é日]{0,40}$/),
});

/** Limit per process, so that the journal and the screen of a long run do not grow without limit. */
const SCENES_A_PROCESS = 250;
const DECOY_MS = 40;

test("generated questions of a real process are asked as intended, each once, and each answer is read by its question", async (t) => {
  for (let done = 0; done < PROMPT_RUNS; done += SCENES_A_PROCESS) {
    await playScenes(t, fc.sample(scene, Math.min(SCENES_A_PROCESS, PROMPT_RUNS - done)));
  }
});

async function playScenes(
  t: TestContext,
  scenes: readonly (typeof scene extends fc.Arbitrary<infer S> ? S : never)[],
) {
  const directory = mkdtempSync(path.join(tmpdir(), "actor-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const [script, reads] = [path.join(directory, "script.json"), path.join(directory, "reads")];
  const piecesOf = (output: string, offsets: readonly number[], pauses: readonly number[]): Piece[] =>
    chunksOf(output.replaceAll("\r\n", "\n"), offsets).map((bytes, index) => ({
      base64: bytes.toString("base64"),
      pauseMs: pauses[index % pauses.length] ?? 0,
    }));
  const steps = scenes.flatMap(({ question, offsets, pauses, decoy }) => [
    ...(decoy === null
      ? []
      : [
          {
            pieces: [
              ...piecesOf(decoy.output, [], [DECOY_MS]),
              ...piecesOf("\n10:00:01 went on without an answer\n", [], [0]),
            ],
            read: false,
          },
        ]),
    { pieces: piecesOf(question.output, offsets, pauses), read: true },
  ]);
  writeFileSync(script, JSON.stringify(steps));
  const job = await startLiveJob(t, {
    argv: [process.execPath, "-e", ACTOR, script, reads],
    env: { PATH: "/usr/bin:/bin", TERM: "xterm-256color" },
  });
  const expected: string[] = [];

  for (const { question, pick, words } of scenes) {
    const { truth } = question;
    const prompt = await job.nextPrompt();
    const { kind, message, options } = prompt;
    assert.deepEqual(
      { kind, message, options },
      { kind: truth.kind, message: truth.message, options: truth.options },
    );
    assert.equal(prompt.unsure, false);
    const option = truth.options[pick % Math.max(1, truth.options.length)];
    job.answer(prompt, option?.value ?? words);
    expected.push(`${option?.typed ?? words}\n`);
  }

  assert.equal(await job.ends(), 0);
  const lines = readFileSync(reads, "utf8").trimEnd().split("\n");
  assert.deepEqual(
    lines.map((line) => JSON.parse(line) as string),
    expected,
    "an answer was read in the wrong place",
  );
  assert.equal(job.prompts.length - job.missed.size, scenes.length, "asked more often than the program did");
  assert.deepEqual(job.undelivered, []);
}

/** Five megabytes a second for three seconds. */
const FLOOD = `
const { writeSync } = require("node:fs");
const text = Buffer.from("10:00:01 another process on the same terminal says something\\n".repeat(82));
const write = (from) => {
  try { return from + writeSync(1, text, from); } catch (error) { if (error.code !== "EAGAIN") throw error; return from; }
};
const timer = setInterval(() => { for (let at = 0; at < text.length; ) at = write(at); }, 1);
setTimeout(() => clearInterval(timer), 3000);`;

test("a question is found while a sibling prints five megabytes a second, and its answer reaches the reader", async (t) => {
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
  // In a gap of the flood the question is certain, otherwise a guess; both are correct.
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

/** Answers questions until the end, and returns the prompts that scap itself recorded. */
async function deploy(
  t: TestContext,
  { dialect, key, change, answers }: Deployment,
): Promise<{ job: LiveJob; prompts: Prompt[]; asked: string[] }> {
  const world = await openSandbox(t);
  const records = path.join(world.directory, "records");
  const env = scapEnvironment(world, {
    SANDBOX_SCAP_DIALECT: dialect,
    SANDBOX_RECORD_DIR: records,
    ...(key === undefined ? {} : { SPIDERPIG_IO_KEY: key }),
  });
  const argv = [process.execPath, scapProgram, "backport", change];
  const job = await startLiveJob(t, { argv, env, ...(key === undefined ? {} : { key }) });
  for (let answered = 0; ; answered += 1) {
    await until("a question or the end", () => job.prompts.length > answered || job.isOver());
    if (job.prompts.length <= answered) break;
    const prompt = await job.nextPrompt();
    job.answer(prompt, answers(prompt));
  }
  const prompts = job.prompts.filter(({ promptKey }) => !job.missed.has(promptKey));
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
    "words were omitted",
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
  ["2025", "1237"],
  ["today", "1237"],
  ["today", "1245"],
] as const) {
  test(`scap of ${dialect} deploys ${change} with answers to its questions, each read completely`, async (t) => {
    const { job, prompts, asked } = await deploy(t, { dialect, change, answers: positive });

    assert(asked.length >= 2, "scap asked less than it should");
    assert.equal(prompts.length, asked.length);
    for (const [index, prompt] of prompts.entries()) assertSameQuestion(prompt, asked[index] ?? "");
    assert.deepEqual(job.undelivered, []);
    assert.deepEqual(job.withdrawn, []);
    assert.equal(await job.ends(), 0);
  });
}

test("announced questions of scap take precedence over the screen", async (t) => {
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

const skip = spawnSync("which", ["bash"]).status === 0 ? false : "bash is not installed";

const runScript = (t: TestContext, script: string): Promise<LiveJob> =>
  startLiveJob(t, {
    argv: ["bash", "-c", script],
    env: { PATH: "/usr/bin:/bin", TERM: "xterm-256color", LANG: "C.UTF-8" },
  });

for (const hides of ["", "-s"]) {
  test(
    `the answer to a program that reads one key leaves no input for its next question (read ${hides} -n1)`,
    { skip },
    async (t) => {
      const job = await runScript(
        t,
        `read ${hides} -n1 -p 'Clear the cache? [y/N]: ' a; echo; read -p 'Roll back? [Y/n]: ' b; echo "took <$a> <$b>"`,
      );

      job.answer(await job.nextPrompt(), true);
      const second = await job.nextPrompt();
      assert.equal(second.message, "Roll back?");
      job.answer(second, false);

      assert.equal(await job.ends(), 0);
      assert.match(job.text(), /took <y> <n>/);
    },
  );
}

test(
  "a program that reads lines from a terminal left in raw mode can be answered, with Enter as a separate key",
  { skip },
  async (t) => {
    const job = await runScript(
      t,
      `stty raw -echo; printf 'Continue with sync? [y/N]: '; read -r a; printf '\\r\\nLog message (press enter for none): '
      read -r b; printf '\\r\\nWhich host: '; read -r c; stty sane; echo "took <$a> <$b> <$c>"`,
    );

    const first = await job.nextPrompt();
    assert.equal(first.kind, "yes_no");
    job.answer(first, true);
    job.answer(await job.nextPrompt(), { key: "enter" });
    job.answer(await job.nextPrompt(), "all is well");
    const screen = await job.nextPrompt();
    assert.equal(screen.kind, "screen");
    job.answer(screen, "db1");
    job.answer(await job.nextPrompt(), { key: "enter" });

    assert.equal(await job.ends(), 0);
    assert.match(job.text(), /took <y> <all is well> <db1>/);
  },
);
