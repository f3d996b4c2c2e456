// How far an answer has come: each move that there is, and none besides.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ANSWER_STEPS, type AnswerStep, createAnswers, STEP_MOVES } from "../../worker/answers.ts";

const given = (interactionId: number) => ({
  interactionId,
  promptKey: `prompt-${interactionId}`,
  kind: "yes_no" as const,
  value: true,
  answeredBy: "alice",
});
const WAY_TO: Record<AnswerStep, AnswerStep[]> = {
  new: [],
  awaitsSecret: ["awaitsSecret"],
  handed: ["handed"],
  typing: ["handed", "typing"],
  settled: ["settled"],
};

test("every move that is listed is made, and every other is refused and changes nothing", () => {
  for (const from of ANSWER_STEPS) {
    for (const to of ANSWER_STEPS) {
      const answers = createAnswers();
      for (const step of WAY_TO[from]) assert.ok(answers.move(given(1), step));
      const moves: readonly AnswerStep[] = STEP_MOVES[from];

      const isMade = answers.move(given(1), to);

      assert.equal(isMade, moves.includes(to), `${from} → ${to}`);
      assert.equal(answers.stepOf(1), isMade ? to : from);
    }
  }
});

test("an answer is under way from its handing on until it is settled or given back, and only that one", () => {
  const answers = createAnswers();
  assert.equal(answers.underway("prompt-1"), undefined);
  answers.move(given(1), "handed");
  assert.deepEqual(answers.underway("prompt-1"), given(1));
  assert.equal(answers.underway("prompt-2"), undefined);
  answers.move(given(1), "typing");
  assert.deepEqual(answers.underway("prompt-1"), given(1));
  answers.move(given(1), "new");
  assert.equal(answers.underway("prompt-1"), undefined);

  answers.move(given(1), "handed");
  answers.move(given(1), "settled");
  assert.equal(answers.underway("prompt-1"), undefined);
});

test("an answer that is handed on or settled is not handed on again", () => {
  for (const way of [["handed"], ["settled"], ["handed", "typing", "settled"]] as const) {
    const answers = createAnswers();
    for (const step of way) answers.move(given(1), step);
    assert.equal(answers.move(given(1), "handed"), false, way.join(" → "));
  }
});

test("since when an answer waits for its secret is counted once", () => {
  let now = 100;
  const answers = createAnswers(() => now);
  answers.move(given(1), "awaitsSecret");
  now = 900;
  answers.move(given(1), "awaitsSecret");
  assert.equal(answers.since(1), 100);
});

test("what the journal says of an answer that this run never saw settles it", () => {
  const answers = createAnswers();
  assert.equal(answers.settle(7), true);
  assert.equal(answers.settle(7), false);
  assert.equal(answers.stepOf(7), "settled");
});
