import assert from "node:assert/strict";
import { test } from "node:test";
import {
  debouncedQuestions,
  NONE_DEBOUNCED,
  withDebouncedQuestions,
} from "../../../../app/features/home/debounced-questions.ts";
import { homeSections } from "../../../../app/client/overview-state.ts";
import { aQuestion, aSummary } from "../../wire-samples.ts";

const question = aQuestion({ kind: "screen", options: [] });
const asking = aSummary({ state: "waiting", pendingInteraction: question });
const between = aSummary({ state: "running", pendingInteraction: null });

test("between two keys a job keeps its place on the home page", () => {
  const held = debouncedQuestions(NONE_DEBOUNCED, [asking], [between]);

  assert.deepEqual(homeSections(withDebouncedQuestions([between], held)).waiting, [
    { ...between, pendingInteraction: question },
  ]);
  assert.equal(debouncedQuestions(held, [between], [between]), held, "another event changes nothing");
});

test("nothing is held for a job that asks again, ends, or asked for anything but keys", () => {
  const held = debouncedQuestions(NONE_DEBOUNCED, [asking], [between]);
  const ended = aSummary({ state: "succeeded", outcome: "completed", pendingInteraction: null });
  const asked = aSummary({ state: "waiting", pendingInteraction: aQuestion() });

  assert.equal(debouncedQuestions(held, [between], [asking]).size, 0);
  assert.equal(debouncedQuestions(held, [between], [ended]).size, 0);
  assert.equal(debouncedQuestions(NONE_DEBOUNCED, [asked], [between]).size, 0);
  assert.equal(debouncedQuestions(NONE_DEBOUNCED, [between], [between]), NONE_DEBOUNCED);
});
