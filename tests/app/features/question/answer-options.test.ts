import assert from "node:assert/strict";
import { test } from "node:test";
import {
  answerOptions,
  matchingOptions,
  selectedNumber,
} from "../../../../app/features/question/answer-options.ts";

const choices = (...texts: string[]) => ({
  kind: "choices" as const,
  options: texts.map((text) => ({ text, value: text })),
  default: texts[0] ?? null,
});

test("destructive answers are last, and the others keep scap's order", () => {
  const options = answerOptions(choices("Roll back", "Show diff", "Exit", "Skip this host"));
  assert.deepEqual(
    options.map(({ label, number }) => `${number} ${label}`),
    ["1 Show diff", "2 Skip this host", "3 Roll back", "4 Exit"],
  );
});

test("only scap's first answer is primary, and only if it continues", () => {
  const primary = (...texts: string[]) =>
    answerOptions(choices(...texts)).filter(({ isPrimary }) => isPrimary);
  assert.equal(primary("Retry checks", "Exit")[0]?.label, "Retry checks");
  assert.deepEqual(primary("Exit", "Retry checks"), []);
});

test("a filter finds answers by words in any order", () => {
  const options = answerOptions(choices("mwdebug1001.eqiad", "mwdebug2001.codfw", "group0"));
  assert.deepEqual(
    matchingOptions(options, "codfw MWDEBUG").map(({ label }) => label),
    ["mwdebug2001.codfw"],
  );
  assert.equal(matchingOptions(options, " ").length, 3);
});

test("a second digit completes a number above nine, and otherwise starts again", () => {
  assert.equal(selectedNumber("", "1", 12), 1);
  assert.equal(selectedNumber("1", "2", 12), 12);
  assert.equal(selectedNumber("1", "3", 12), 3);
  assert.equal(selectedNumber("", "5", 4), undefined);
  assert.equal(selectedNumber("", "0", 4), undefined);
});
