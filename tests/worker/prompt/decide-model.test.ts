// Arbitrary histories of a job: whatever the kernel, the program, the people and the holder do, in whatever order, the
// promises about prompts hold.
import { test } from "node:test";
import assert from "node:assert/strict";
import fc from "fast-check";
import type { AnswerValue } from "#lib/domain/interaction.ts";
import { questionOf } from "../../../worker/prompt/protocol-messages.ts";
import type { TypeResult } from "../../../worker/prompt/decide.ts";
import type { ReadFact } from "../../../worker/prompt/types.ts";
import { PROMPT_RUNS } from "./prompt-grammar.ts";
import { drive } from "./drive.ts";
import type { Drive, Seen } from "./drive.ts";

const QUESTION = questionOf({
  type: "interaction",
  subtype: "choices",
  prompt: "Go on?",
  choices: { Yes: "y", No: "n" },
});
const RESULTS: TypeResult[] = [
  "consumed",
  "not_consumed",
  "not_reading",
  "already_typed",
  "echo_on",
  "invalid",
];
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

type Move =
  | { do: "output"; text: string }
  | {
      do: "read";
      fact: Pick<ReadFact, "how" | "hasTimeout" | "onlyTerminal" | "mainThread" | "mode" | "pid">;
    }
  /** The reader draws its question again, with another number, and reads on. */
  | { do: "redraw"; seconds: number; isSame: boolean }
  | { do: "update" }
  | { do: "leave" }
  /** The read that was left is taken up again; nothing was typed or printed meanwhile. */
  | { do: "return" }
  | { do: "announce" }
  | { do: "signal" }
  | { do: "expire" }
  | { do: "pass"; ms: number }
  | { do: "answer"; value: AnswerValue; isStale: boolean }
  | { do: "result"; result: TypeResult };

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

/** What the outside world knows, kept apart from the reducer's own state. */
type World = {
  readId: number;
  fact: Partial<ReadFact> | undefined;
  /** What was left, as long as it can be taken up again. */
  left: Partial<ReadFact> | undefined;
  open: string | undefined;
  /** Of a question that counts down: what it was asked as, and what stands there now. */
  asked: string | undefined;
  drawn: string | undefined;
  isTyping: boolean;
  /** The question that is over by its time, though scap may still wait. */
  expired: string | undefined;
  everOpened: Set<string>;
  typedFor: Set<string>;
};

test("in any history there is one question at a time, typed into its own read, once", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(move, { maxLength: 40 }), async (moves) => {
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
      };
      for (const each of moves) {
        const before = job.seen.length;
        await perform(job, world, each);
        for (const effect of job.seen.slice(before)) observe(world, effect, each);
        if (
          world.open !== undefined &&
          world.fact === undefined &&
          world.open.startsWith("r") &&
          !world.isTyping
        ) {
          assert(job.state.open?.lost !== undefined, "a question stays open without its read");
        }
      }
      await leaveTyping(job, world);
      await noMatterWhatItWaitsNow(job, world);
    }),
    { numRuns: PROMPT_RUNS },
  );
});

async function perform(job: Drive, world: World, each: Move): Promise<void> {
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
    case "signal":
      return job.record("signal");
    case "expire": {
      // The row takes no answer any more; one that was given before is on its way.
      if (world.open === undefined || job.state.open?.phase.name !== "open") return undefined;
      world.expired = world.open;
      return job.send({ kind: "expired", promptKey: world.open, at: job.now() });
    }
    case "pass":
      return job.pass(each.ms);
    case "answer": {
      const promptKey = each.isStale ? "r0" : (world.open ?? "r0");
      return job.send({ kind: "answerGiven", promptKey, value: each.value, at: job.now() });
    }
    case "result": {
      if (!world.isTyping || world.open === undefined) return undefined;
      const promptKey = world.open;
      world.isTyping = false;
      // As the holder does: what the read was for has had its answer, or its refusal.
      world.left = undefined;
      // Then nothing was typed, and the answer may be kept for the next turn of the same question.
      if (each.result === "not_reading") world.typedFor.delete(promptKey);
      else world.open = undefined;
      await job.send({ kind: "typed", promptKey, result: each.result, at: job.now() });
      // What was withdrawn is observed as such.
      const isWithdrawn = job.seen.some(
        (effect) => effect.kind === "withdraw" && effect.promptKey === promptKey,
      );
      if (job.state.open?.prompt.promptKey !== promptKey && !isWithdrawn) world.open = undefined;
      return undefined;
    }
  }
}

function observe(world: World, effect: Seen, cause: Move): void {
  switch (effect.kind) {
    case "open":
      assert(world.open === undefined || world.open === world.expired, "two questions at once");
      assert(!world.everOpened.has(effect.prompt.promptKey), "a key was used twice");
      if (effect.prompt.source === "screen")
        assert.equal(effect.prompt.readId, world.fact?.readId, "no such read");
      world.open = effect.prompt.promptKey;
      world.asked = /\b(Proceed|Roll back)\?$/.exec(effect.prompt.message)?.[1];
      world.everOpened.add(effect.prompt.promptKey);
      return;
    case "withdraw":
      assert.equal(effect.promptKey, world.open, "withdrawn without having been open");
      assert(!world.isTyping, "withdrawn while its answer was being typed");
      world.open = undefined;
      return;
    case "type":
      assert.equal(effect.promptKey, world.open, "typed for a question that is not open");
      assert.notEqual(effect.promptKey, world.expired, "typed for a question that has expired");
      assert.equal(effect.readId, world.fact?.readId, "typed into another read");
      assert(!world.typedFor.has(effect.promptKey), "typed twice");
      if (world.asked !== undefined && world.drawn !== undefined)
        assert.equal(world.asked, world.drawn, "typed into what is asked instead");
      world.typedFor.add(effect.promptKey);
      world.isTyping = true;
      return;
    case "refuse":
      assert.equal(cause.do, "answer");
  }
}

async function leaveTyping(job: Drive, world: World): Promise<void> {
  if (!world.isTyping || world.open === undefined) return;
  const before = job.seen.length;
  await perform(job, world, { do: "result", result: "consumed" });
  for (const effect of job.seen.slice(before)) observe(world, effect, { do: "pass", ms: 0 });
}

/** Whatever went before: a plain read that lasts becomes a question. */
async function noMatterWhatItWaitsNow(job: Drive, world: World): Promise<void> {
  await job.notReading(world.readId);
  await job.pass(1000);
  await job.output("10:00:00 a line of the log\r\nName: ");
  await job.reading({ readId: world.readId + 1 });
  await job.pass(3000);
  assert.equal(job.state.open?.prompt.readId, world.readId + 1, "a program waits and nobody is asked");
}
