import assert from "node:assert/strict";
import { test } from "node:test";
import { questionSentence, messageBlocks, questionLine } from "#lib/domain/question-text.ts";

test("the last line of a message is the question, the lines before it explain it", () => {
  const message =
    "Changes synced to the testservers (see https://example.org/Mwdebug)\nBefore continuing, please check.\n\nContinue with deployment?";

  assert.deepEqual(messageBlocks(message), [
    {
      kind: "text",
      text: "Changes synced to the testservers (see https://example.org/Mwdebug)\nBefore continuing, please check.",
    },
    { kind: "question", text: "Continue with deployment?" },
  ]);
  assert.equal(questionLine(message), "Continue with deployment?");
});

test("a single short sentence before the question is part of its one-line summary", () => {
  const failed = "Testserver checks failed.\n\nWhat do you want to do?";
  assert.equal(questionLine(failed), "Testserver checks failed. What do you want to do?");
  assert.equal(questionSentence(failed), "What do you want to do?");
  assert.equal(questionLine(`${"x".repeat(200)}.\nContinue?`), "Continue?");
  assert.equal(questionLine("Warnings:\nContinue?"), "Continue?");
  const reason = "Release repo update failed\nDo you want to proceed anyway?";
  assert.equal(questionLine(reason), "Release repo update failed. Do you want to proceed anyway?");
  assert.equal(questionLine("Changes.\n┌─┐\n└─┘\nBackport the changes?"), "Backport the changes?");
});

test("a drawn table is a block of its own, so that only the table is monospaced", () => {
  const message = "The following changes:\n┌───┐\n│ 1 │\n└───┘\nBackport the changes?";

  assert.deepEqual(messageBlocks(message), [
    { kind: "text", text: "The following changes:" },
    { kind: "table", text: "┌───┐\n│ 1 │\n└───┘" },
    { kind: "question", text: "Backport the changes?" },
  ]);
});

test("a message with one line is the question, and an empty message has none", () => {
  assert.deepEqual(messageBlocks("Clear lock?"), [{ kind: "question", text: "Clear lock?" }]);
  assert.deepEqual(messageBlocks(""), []);
  assert.equal(questionLine(""), "");
  assert.equal(questionLine("┌─┐\n└─┘"), "└─┘");
});

test("bidirectional control characters in a message are removed", () => {
  assert.deepEqual(messageBlocks("Deploy \u202ea fix\u202c?"), [{ kind: "question", text: "Deploy a fix?" }]);
});

test("a very long message is shortened in the middle", () => {
  const message = `Check this${" ".repeat(30_000)}${")".repeat(30_000)}\nContinue? [y/N]:`;
  const blocks = messageBlocks(message);
  assert.equal(blocks.at(-1)?.text, "Continue? [y/N]:");
  assert.ok(blocks[0]?.text.startsWith("Check this"));
  assert.ok(blocks.reduce((sum, { text }) => sum + text.length, 0) < 21_000);
  assert.equal(questionLine("x".repeat(1000)).length, 301);
});
