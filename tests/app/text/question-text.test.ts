import assert from "node:assert/strict";
import { test } from "node:test";
import { questionSentence, linkParts, messageBlocks, questionLine } from "../../../app/text/question-text.ts";

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

test("URLs become links without trailing punctuation", () => {
  assert.deepEqual(linkParts("see https://example.org/a_(b) or (https://example.org/c).", null), [
    { text: "see ", href: undefined },
    { text: "https://example.org/a_(b)", href: "https://example.org/a_(b)" },
    { text: " or (", href: undefined },
    { text: "https://example.org/c", href: "https://example.org/c" },
    { text: ").", href: undefined },
  ]);
  assert.deepEqual(linkParts("javascript:alert(1)", null), [
    { text: "javascript:alert(1)", href: undefined },
  ]);
});

test("task numbers become links when the URL of tasks is configured, and similar words do not", () => {
  const taskUrl = "https://phabricator.example/{task}";
  const linked = (text: string) =>
    linkParts(text, taskUrl).flatMap(({ text: shown, href }) => (href === undefined ? [] : [[shown, href]]));

  assert.deepEqual(linkParts("Announce it (T371234)", taskUrl), [
    { text: "Announce it (", href: undefined },
    { text: "T371234", href: "https://phabricator.example/T371234" },
    { text: ")", href: undefined },
  ]);
  assert.deepEqual(linked("core/01-T380402.patch and T1000."), [
    ["T380402", "https://phabricator.example/T380402"],
    ["T1000", "https://phabricator.example/T1000"],
  ]);
  assert.deepEqual(linked("https://example.org/T371234"), [
    ["https://example.org/T371234", "https://example.org/T371234"],
  ]);
  assert.deepEqual(linked("T4 T800 T0123 AT371234 T371234x T12345678 HTTP2000"), []);
  assert.deepEqual(linkParts("(T371234)", null), [{ text: "(T371234)", href: undefined }]);
});

test("a very long message is shortened in the middle", () => {
  const message = `Check this${" ".repeat(30_000)}${")".repeat(30_000)}\nContinue? [y/N]:`;
  const blocks = messageBlocks(message);
  assert.equal(blocks.at(-1)?.text, "Continue? [y/N]:");
  assert.ok(blocks[0]?.text.startsWith("Check this"));
  assert.ok(blocks.reduce((sum, { text }) => sum + text.length, 0) < 21_000);
  assert.equal(questionLine("x".repeat(1000)).length, 301);
});
