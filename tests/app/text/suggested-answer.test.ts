import assert from "node:assert/strict";
import { test } from "node:test";
import { suggestedAnswer } from "../../../app/text/suggested-answer.ts";
import { aQuestion, aSummary } from "../wire-samples.ts";

const message = "Please supply a reason for revert (default: Reverted by rosa@deploy1 via scap backport): ";
const revert = aSummary({ kind: "revert", parameters: { changes: ["1234"], reason: "It is broken." } });

test("only scap's question for the reason of a revert has the requested reason filled in", () => {
  assert.equal(suggestedAnswer(revert, aQuestion({ kind: "text", message })), "It is broken.");
  assert.equal(suggestedAnswer(aSummary(), aQuestion({ kind: "text", message })), undefined);
  assert.equal(suggestedAnswer(revert, aQuestion({ kind: "secret", message })), undefined);
  assert.equal(suggestedAnswer(revert, aQuestion({ kind: "text", message: "Log message: " })), undefined);
});
