// Arbitrary histories of a job: the invariants of prompts hold for any actions of the kernel, the program, the people and
// the holder, in any order.
import { test } from "node:test";
import assert from "node:assert/strict";
import fc from "fast-check";
import type { AnswerValue, InteractionKind } from "#lib/domain/interaction.ts";
import { questionOf } from "../../../worker/prompt/protocol-messages.ts";
import type { Reading, TypeResult } from "../../../holder/protocol/messages.ts";
import { liveQuestion } from "../../../worker/prompt/decide.ts";
import { PROMPT_RUNS } from "./prompt-grammar.ts";
import { drive } from "./drive.ts";
import type { Drive, Seen } from "./drive.ts";

const QUESTION = questionOf({
  type: "interaction",
  subtype: "choices",
  prompt: "Go on?",
  choices: [
    ["Yes", "y"],
    ["No", "n"],
  ],
});
const RESULTS: TypeResult[] = ["consumed", "not_consumed", "not_reading", "echo_on", "invalid"];
const TEXTS = [
  "Continue with sync? [y/N]: ",
  "[r] Retry\r\n\x1b[1m[x] Exit\x1b[0m\r\nWhat do you want to do? (default: [x]): ",
  "10:00:00 a line of the log\r\n",
  "Password: ",
  "y\r\n",
  "Press enter to unlock...\r\n",
  "\x1b[?1049h\x1b[2J\x1b[Hone\r\ntwo",
  "\x1b[?1049l",
];

/** What the program and the kernel do. */
type ProgramMove =
  | { do: "output"; text: string }
  | {
      do: "read";
      fact: Pick<Reading, "how" | "hasTimeout" | "onlyTerminal" | "mainThread" | "mode" | "pid">;
    }
  /** The reader redraws its question with another number, and continues to read. */
  | { do: "redraw"; seconds: number; isSame: boolean }
  | { do: "update" }
  | { do: "leave" }
  /** The interrupted read is resumed; nothing was typed or printed meanwhile. */
  | { do: "return" }
  | { do: "announce" };

/** What people, the holder and time do. */
type OtherMove =
  | { do: "signal" }
  | { do: "expire" }
  | { do: "pass"; ms: number }
  | { do: "answer"; value: AnswerValue; isStale: boolean }
  /** The secret of the current question, which may arrive before its answer. */
  | { do: "secret" }
  | { do: "result"; result: TypeResult };

type Move = ProgramMove | OtherMove;

const move: fc.Arbitrary<Move> = fc.oneof(
  fc.record({ do: fc.constant("output" as const), text: fc.constantFrom(...TEXTS) }),
  fc.record({
    do: fc.constant("read" as const),
    fact: fc.record({
      how: fc.constantFrom("read" as const, "read" as const, "poll" as const, "unknown" as const),
      hasTimeout: fc.boolean(),
      onlyTerminal: fc.boolean(),
      mainThread: fc.boolean(),
      mode: fc.constantFrom("line" as const, "line" as const, "secret" as const, "key" as const),
      pid: fc.constantFrom(1, 1, 2),
    }),
  }),
  fc.record({ do: fc.constant("redraw" as const), seconds: fc.nat(120), isSame: fc.boolean() }),
  fc.constantFrom<Move>(
    { do: "update" },
    { do: "leave" },
    { do: "return" },
    { do: "announce" },
    { do: "signal" },
    { do: "expire" },
    { do: "secret" },
  ),
  fc.record({ do: fc.constant("pass" as const), ms: fc.constantFrom(10, 200, 1000, 5000) }),
  fc.record({
    do: fc.constant("answer" as const),
    value: fc.constantFrom<AnswerValue>(
      true,
      false,
      "y",
      "x",
      "some text",
      { key: "down" },
      { key: "ctrl_d" },
    ),
    isStale: fc.boolean(),
  }),
  fc.record({ do: fc.constant("result" as const), result: fc.constantFrom(...RESULTS) }),
);

/** The state of the outside world, kept separate from the reducer's own state. */
type World = {
  readId: number;
  fact: Partial<Reading> | undefined;
  /** The interrupted read, while it can be resumed. */
  left: Partial<Reading> | undefined;
  open: string | undefined;
  /** For a countdown: the text it was asked with, and the current text. */
  asked: string | undefined;
  drawn: string | undefined;
  isTyping: boolean;
  /** The expired question, although scap may still wait. */
  expired: string | undefined;
  everOpened: Set<string>;
  typedFor: Set<string>;
  kind: InteractionKind | undefined;
  /** Answers by the key of their question, and whether they have their final mode. */
  answers: Map<string, "on its way" | "settled">;
};

test("in any history one question is open at a time, each answer is typed once into its own read, and no answer is left unsettled", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(move, { maxLength: 40 }), fc.boolean(), async (moves, isExited) => {
      const job = drive();
      const world: World = {
        readId: 0,
        fact: undefined,
        left: undefined,
        open: undefined,
        asked: undefined,
        drawn: undefined,
        isTyping: false,
        expired: undefined,
        everOpened: new Set(),
        typedFor: new Set(),
        kind: undefined,
        answers: new Map(),
      };
      for (const each of moves) {
        const before = job.seen.length;
        await perform(job, world, each);
        for (const effect of job.seen.slice(before)) observe(job, world, effect);
        if (
          world.open !== undefined &&
          world.open !== world.expired &&
          world.fact === undefined &&
          world.open.startsWith("r") &&
          !world.isTyping
        ) {
          assert(liveQuestion(job.state)?.lost !== undefined, "a question stays open without its read");
        }
      }
      const before = job.seen.length;
      if (isExited) await job.send({ kind: "exited", at: job.now() });
      for (const effect of job.seen.slice(before)) observe(job, world, effect);
      await leaveTyping(job, world);
      if (!isExited) await assertReadBecomesQuestion(job, world);
      const onTheirWay = [...world.answers].filter(([, state]) => state === "on its way");
      assert.deepEqual(onTheirWay, [], "an answer was left without its final mode");
    }),
    { numRuns: PROMPT_RUNS },
  );
});

function perform(job: Drive, world: World, each: Move): Promise<void> | undefined {
  switch (each.do) {
    case "output":
    case "read":
    case "redraw":
    case "update":
    case "leave":
    case "return":
    case "announce":
      return performProgram(job, world, each);
    case "signal":
    case "expire":
    case "pass":
    case "answer":
    case "secret":
    case "result":
      return performOther(job, world, each);
  }
}

async function performProgram(job: Drive, world: World, each: ProgramMove): Promise<void> {
  switch (each.do) {
    case "output":
      world.left = undefined;
      world.drawn = undefined;
      return job.output(each.text);
    case "read":
      if (world.fact !== undefined) await job.notReading(world.readId);
      world.readId += 1;
      world.fact = { ...each.fact, readId: world.readId, sinceReadId: world.readId };
      return job.reading(world.fact);
    case "return":
      if (world.left === undefined || world.fact !== undefined) return undefined;
      world.readId += 1;
      world.fact = { ...world.left, readId: world.readId };
      return job.reading(world.fact);
    case "redraw": {
      if (world.fact === undefined) return undefined;
      await job.notReading(world.readId);
      const words = each.isSame ? "Proceed" : "Roll back";
      world.drawn = words;
      await job.output(`\r\x1b[K(${each.seconds} s) ${words}? [y/N] `);
      world.left = undefined;
      world.readId += 1;
      world.fact = { ...world.fact, readId: world.readId, sinceReadId: world.readId };
      return job.reading(world.fact);
    }
    case "update":
      return world.fact === undefined ? undefined : job.reading(world.fact);
    case "leave":
      if (world.fact === undefined) return undefined;
      world.left = world.fact;
      world.fact = undefined;
      return job.notReading(world.readId);
    case "announce":
      return job.send({
        kind: "protocolMessage",
        position: job.state.seen,
        question: QUESTION,
        at: job.now(),
      });
  }
}

async function performOther(job: Drive, world: World, each: OtherMove): Promise<void> {
  switch (each.do) {
    case "signal":
      return job.record("signal");
    case "expire": {
      // The row accepts no answer any more; one that was given before is in transit.
      if (world.open === undefined || liveQuestion(job.state)?.progress.mode !== "open") return undefined;
      world.expired = world.open;
      return job.send({ kind: "expired", promptKey: world.open, at: job.now() });
    }
    case "pass":
      return job.pass(each.ms);
    case "answer": {
      const promptKey = each.isStale ? "r0" : (world.open ?? "r0");
      // A row that is settled is not read again, and one that has expired accepts no answer.
      if (world.answers.get(promptKey) === "settled" || promptKey === world.expired) return undefined;
      world.answers.set(promptKey, "on its way");
      const isSecret = promptKey === world.open && world.kind === "secret";
      return job.answer(promptKey, isSecret ? null : each.value);
    }
    case "secret":
      if (world.open === undefined || world.kind !== "secret") return undefined;
      return job.send({
        kind: "secret",
        interactionId: job.idOf(world.open),
        text: "hunter2",
        at: job.now(),
      });
    case "result": {
      if (!world.isTyping || world.open === undefined) return undefined;
      const promptKey = world.open;
      world.isTyping = false;
      // As the holder does: the read has received its answer, or its rejection.
      world.left = undefined;
      // Nothing was typed then, and the answer may be kept for the next read of the same question.
      if (each.result === "not_reading") world.typedFor.delete(promptKey);
      return job.typed(promptKey, each.result);
    }
  }
}

function observe(job: Drive, world: World, effect: Seen): void {
  switch (effect.kind) {
    case "open":
      assert(world.open === undefined || world.open === world.expired, "two questions at once");
      assert(!world.everOpened.has(effect.prompt.promptKey), "a key was used twice");
      if (effect.prompt.source === "screen") {
        assert.equal(effect.prompt.readId, world.fact?.readId, "no such read");
      }
      world.open = effect.prompt.promptKey;
      world.kind = effect.prompt.kind;
      world.asked = /\b(Proceed|Roll back)\?$/.exec(effect.prompt.message)?.[1];
      world.everOpened.add(effect.prompt.promptKey);
      return;
    case "withdraw":
      assert.equal(effect.promptKey, world.open, "withdrawn without having been open");
      assert(!world.isTyping, "withdrawn while its answer was being typed");
      world.open = undefined;
      return;
    case "type": {
      const promptKey = world.open ?? "";
      assert.equal(effect.interactionId, job.idOf(promptKey), "typed for a question that is not open");
      assert.notEqual(promptKey, world.expired, "typed for a question that has expired");
      assert.equal(effect.readId, world.fact?.readId, "typed into another read");
      assert(!world.typedFor.has(promptKey), "typed twice");
      if (world.asked !== undefined && world.drawn !== undefined) {
        assert.equal(world.asked, world.drawn, "typed into another question");
      }
      world.typedFor.add(promptKey);
      world.isTyping = true;
      return;
    }
    case "settle": {
      const promptKey = [...world.answers.keys()].find((key) => job.idOf(key) === effect.interactionId) ?? "";
      assert.equal(world.answers.get(promptKey), "on its way", "settled twice, or without an answer");
      assert(!world.isTyping || promptKey !== world.open, "settled while it was being typed");
      world.answers.set(promptKey, "settled");
      if (world.open === promptKey) world.open = undefined;
    }
  }
}

async function leaveTyping(job: Drive, world: World): Promise<void> {
  if (!world.isTyping || world.open === undefined) return;
  const before = job.seen.length;
  await perform(job, world, { do: "result", result: "consumed" });
  for (const effect of job.seen.slice(before)) observe(job, world, effect);
}

/** After any history, a plain read that lasts becomes a question. */
async function assertReadBecomesQuestion(job: Drive, world: World): Promise<void> {
  const before = job.seen.length;
  await job.notReading(world.readId);
  await job.pass(1000);
  await job.output("10:00:00 a line of the log\r\nName: ");
  await job.reading({ readId: world.readId + 1 });
  await job.pass(3000);
  for (const effect of job.seen.slice(before)) if (effect.kind === "settle") observe(job, world, effect);
  assert.equal(
    liveQuestion(job.state)?.prompt.readId,
    world.readId + 1,
    "a program waits and no question is open",
  );
}
