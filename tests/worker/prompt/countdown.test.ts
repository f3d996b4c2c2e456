// A question that is redrawn while it is open, and an answer that arrives between two of its reads, in every order.
import { test } from "node:test";
import assert from "node:assert/strict";
import type { AnswerValue } from "#lib/domain/interaction.ts";
import type { TypeResult } from "../../../holder/protocol/messages.ts";
import { drive } from "./drive.ts";
import type { Drive } from "./drive.ts";

const POLL = { how: "poll", hasTimeout: true, pid: 7 } as const;
const draw = (seconds: number, words = "Proceed with sync?"): string => `\r(${seconds} s) ${words} [y/N] `;

const kinds = (job: Drive): string[] =>
  job.seen.map((effect) => (effect.kind === "withdraw" ? `withdraw ${effect.why}` : effect.kind));
const typedTexts = (job: Drive): [number, string][] =>
  job.seen.flatMap((effect) => (effect.kind === "type" ? [[effect.readId, effect.text]] : []));

async function turn(job: Drive, readId: number, text: string): Promise<void> {
  if (readId > 1) await job.notReading(readId - 1);
  await job.output(text);
  await job.reading({ readId, ...POLL });
}

/** A job whose question opened at its second read, and that is in its third. */
async function countingDown(): Promise<Drive> {
  const job = drive();
  await job.output("10:00:00 before\r\n");
  await turn(job, 1, draw(30));
  await job.pass(600);
  await turn(job, 2, draw(29));
  await job.pass(600);
  await turn(job, 3, draw(28));
  assert.deepEqual(kinds(job), ["open"]);
  return job;
}

const answer = (job: Drive, value: AnswerValue) => job.answer("r2", value);
const typed = (job: Drive, result: TypeResult) => job.typed("r2", result);

for (const [name, turns] of Object.entries({
  "the time after the answers": [
    "(y/N) auto-no in 11.5s ",
    "(y/N) auto-no in 11.0s ",
    "(y/N) auto-no in 9.5s ",
  ],
  "the time in brackets": ["[y/N] (30 s left): ", "[y/N] (29 s left): ", "[y/N] (9 s left): "],
  "a bar": ["[y/N] [         ] ", "[y/N] [##       ] ", "[y/N] [####     ] "],
  "a bare number": ["[y/N] 30 ", "[y/N] 29 ", "[y/N] 9 "],
  "a clock": ["[y/N] (auto-yes in 01:00): ", "[y/N] (auto-yes in 00:59): ", "[y/N] (auto-yes in 00:09): "],
  "the time in the brackets of the answers": [
    "(Y/n, yes in 10 s)? ",
    "(Y/n, yes in 9 s)? ",
    "(Y/n, yes in 8 s)? ",
  ],
  "seconds of all seconds": ["[y/N] (10/30 s)? ", "[y/N] (9/30 s)? ", "[y/N] (8/30 s)? "],
  "minutes and seconds": ["[y/N - 1m0s] ", "[y/N - 0m59s] ", "[y/N - 0m9s] "],
})) {
  test(`a question with a countdown is asked once, as yes or no: ${name}`, async () => {
    const job = drive();
    for (const [index, words] of turns.entries()) {
      await turn(job, index + 1, `\x1b[2K\x1b[GDeploy? ${words}`);
      await job.pass(600);
    }
    const asked = job.seen.map((effect) =>
      effect.kind === "open" ? [effect.prompt.kind, effect.prompt.message] : [effect.kind],
    );
    assert.deepEqual(asked, [["yes_no", "Deploy?"]]);
  });
}

test("a list with a countdown behind its default is asked once, with its answers", async () => {
  const job = drive();
  await job.output("[r] Retry\r\n[x] Exit\r\n");
  for (const [index, seconds] of [10, 9, 8].entries()) {
    await turn(job, index + 1, `\r\x1b[KWhat next? (default: [r]) (${seconds} s): `);
    await job.pass(600);
  }
  const asked = job.seen.map((effect) => (effect.kind === "open" ? effect.prompt : effect.kind));
  assert.partialDeepStrictEqual(asked, [{ kind: "choices", message: "What next?", default: "r" }]);
  assert.equal(asked.length, 1);
});

test("a question with growing dots after it is asked once", async () => {
  const job = drive();
  for (const [index, words] of ["Proceed with sync? [y/N] ", ".", ".", "."].entries()) {
    await turn(job, index + 1, words);
    await job.pass(700);
  }
  assert.deepEqual(kinds(job), ["open"]);
});

test("a question beside a spinner is asked once", async () => {
  const job = drive();
  for (const [index, frame] of ["|", "/", "-", "\\", "|"].entries()) {
    await turn(job, index + 1, `\r${frame} Proceed with sync? [y/N] `);
    await job.pass(400);
  }
  assert.deepEqual(kinds(job), ["open"]);
});

test("an answer is typed into the current read of the countdown", async () => {
  const job = await countingDown();
  await answer(job, true);
  assert.deepEqual(typedTexts(job), [[3, "y"]]);
});

test("an answer that arrives during a redraw is typed into the next read", async () => {
  const job = await countingDown();
  await job.notReading(3);
  await job.output("\r\x1b[K");
  await answer(job, true);
  await job.output(draw(27));
  assert.deepEqual(typedTexts(job), []);
  await job.reading({ readId: 4, ...POLL });
  assert.deepEqual(typedTexts(job), [[4, "y"]]);
  assert.deepEqual(kinds(job), ["open", "type"]);
});

for (const order of ["the result first", "the next read first"] as const) {
  test(`an answer that found no read is typed into the next read of the same question (${order})`, async () => {
    const job = await countingDown();
    await answer(job, true);

    if (order === "the result first") {
      await job.notReading(3);
      await typed(job, "not_reading");
      await job.output(draw(27));
      await job.reading({ readId: 4, ...POLL });
    } else {
      await turn(job, 4, draw(27));
      await typed(job, "not_reading");
    }
    await typed(job, "consumed");

    assert.deepEqual(typedTexts(job), [
      [3, "y"],
      [4, "y"],
    ]);
    assert.deepEqual(kinds(job), ["open", "type", "type", "settle"]);
  });

  test(`an answer that found no read is not typed into another question (${order})`, async () => {
    const job = await countingDown();
    await answer(job, true);

    if (order === "the result first") {
      await job.notReading(3);
      await typed(job, "not_reading");
      await job.output(draw(30, "Roll back?"));
      await job.reading({ readId: 4, ...POLL });
    } else {
      await turn(job, 4, draw(30, "Roll back?"));
      await typed(job, "not_reading");
    }
    await job.pass(3000);

    assert.deepEqual(typedTexts(job), [[3, "y"]]);
    assert.deepEqual(kinds(job).slice(0, 3), ["open", "type", "settle"]);
  });
}

test("an answer that was not typed is undelivered when no read follows", async () => {
  const job = await countingDown();
  await answer(job, true);
  await job.notReading(3);
  await typed(job, "not_reading");
  await job.pass(1600);
  await turn(job, 4, draw(27));
  assert.deepEqual(typedTexts(job), [[3, "y"]]);
  assert.deepEqual(kinds(job).slice(0, 3), ["open", "type", "settle"]);
});

test("a question is withdrawn as soon as something else is printed", async () => {
  const job = await countingDown();
  await job.notReading(3);
  await job.output("\r\nnobody answered: going on without\r\n");
  assert.deepEqual(kinds(job), ["open", "withdraw moved_on"]);
});

test("the same question at the same place by another process is another question", async () => {
  const job = await countingDown();
  await job.notReading(3);
  await job.output(draw(27));
  await job.reading({ readId: 4, ...POLL, pid: 8 });
  assert.deepEqual(kinds(job).slice(0, 2), ["open", "withdraw moved_on"]);
});

test("a consumed answer ends the question, even if the program redraws it", async () => {
  const job = await countingDown();
  await answer(job, true);
  await job.record("input");
  await job.output("y\r\n");
  await typed(job, "consumed");
  await turn(job, 4, draw(30));
  await job.pass(2000);
  assert.deepEqual(kinds(job), ["open", "type", "settle", "open"]);
});

test("a new worker finds the question under its key after the countdown has continued", async () => {
  const job = drive({
    restored: {
      prompt: { promptKey: "r2", kind: "yes_no", message: "(29 s) Proceed with sync?", interactionId: 1 },
      progress: { mode: "open" },
    },
    isReplaying: true,
  });
  await job.output(`10:00:00 before\r\n${draw(30)}${draw(29)}${draw(9)}`);
  await job.reading({ readId: 22, ...POLL });
  await job.send({ kind: "caughtUp", at: job.now() });
  await job.pass(2000);
  assert.deepEqual(
    job.seen.map((effect) => (effect.kind === "open" ? effect.prompt.promptKey : effect.kind)),
    ["r2"],
  );
});
