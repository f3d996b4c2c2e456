import assert from "node:assert/strict";
import { test } from "node:test";
import { answerStatus, type AnswerStatusFacts } from "../../../app/text/answer-status.ts";

const IDLE: AnswerStatusFacts = {
  kind: "choices",
  refusal: undefined,
  isConnected: true,
  isWorkerUnresponsive: false,
  isSent: false,
  problem: undefined,
  slow: undefined,
};
const text = (facts: Partial<AnswerStatusFacts>) => answerStatus({ ...IDLE, ...facts })?.text;

test("the status of a question says why it cannot be answered, and what became of the answer", () => {
  assert.equal(text({}), undefined);
  assert.equal(text({ refusal: "role" }), "View only. Deployers can answer.");
  assert.match(text({ isConnected: false }) ?? "", /^Not connected\./);
  assert.match(text({ isWorkerUnresponsive: true }) ?? "", /Answers are sent later\./);
  assert.match(
    text({ isWorkerUnresponsive: true, kind: "secret" }) ?? "",
    /^Worker not responding\. Answer later/,
  );
  assert.equal(text({ isSent: true }), "Accepted. Sending to scap…");
  assert.match(text({ isSent: true, isWorkerUnresponsive: true }) ?? "", /when the worker responds/);
});

test("a refusal is reported before everything else", () => {
  const problem = { title: "The answer was not sent.", detail: "Try again." };
  assert.deepEqual(answerStatus({ ...IDLE, isConnected: false, problem }), {
    tone: "error",
    text: "The answer was not sent. Try again.",
  });
});
