import assert from "node:assert/strict";
import { test } from "node:test";
import {
  debouncedQuestions,
  NONE_DEBOUNCED,
  withDebouncedQuestions,
} from "../../../app/client/debounced-questions.ts";
import { aQuestion, aSummary } from "../wire-samples.ts";

const question = aQuestion({ kind: "screen", options: [] });
const asking = aSummary({ state: "waiting", pendingInteraction: question });
const between = aSummary({ state: "running", pendingInteraction: null });

test("between two key presses the home page still shows the question of the program", () => {
  const held = debouncedQuestions(NONE_DEBOUNCED, [asking], [between]);

  assert.deepEqual(withDebouncedQuestions([between], held), [{ ...between, pendingInteraction: question }]);
  assert.equal(debouncedQuestions(held, [between], [between]), held, "another event changes nothing");
});

test("no question is kept for a job that asks again, ends, or had asked for anything but keys", () => {
  const held = debouncedQuestions(NONE_DEBOUNCED, [asking], [between]);
  const ended = aSummary({ state: "succeeded", outcome: "completed", pendingInteraction: null });
  const asked = aSummary({ state: "waiting", pendingInteraction: aQuestion() });

  assert.equal(debouncedQuestions(held, [between], [asking]).size, 0);
  assert.equal(debouncedQuestions(held, [between], [ended]).size, 0);
  assert.equal(debouncedQuestions(NONE_DEBOUNCED, [asked], [between]).size, 0);
  assert.equal(debouncedQuestions(NONE_DEBOUNCED, [between], [between]), NONE_DEBOUNCED);
});
