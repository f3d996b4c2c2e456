import assert from "node:assert/strict";
import { test } from "node:test";
import { answerLabel, optionLabel } from "#lib/domain/answer-label.ts";

test("labels are scap's words verbatim, except a bare yes or no", () => {
  const labels = ["mwdebug1001.eqiad.wmnet", "group0", "yes", "no", "yes, continue"].map((text) =>
    optionLabel({ text }),
  );
  assert.deepEqual(labels, ["mwdebug1001.eqiad.wmnet", "group0", "Yes", "No", "yes, continue"]);
});

test("a recorded answer has the label of its button, and typed text is shown as it was typed", () => {
  assert.equal(answerLabel([{ text: "yes" }, { text: "no" }], "yes"), "Yes");
  assert.equal(answerLabel([], "yes"), "yes");
});
