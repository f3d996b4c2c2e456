import assert from "node:assert/strict";
import { test } from "node:test";
import { linkParts, messageBlocks, questionLine } from "../../app/lib/question-text.ts";

test("the last line is what is asked, what stands before it explains", () => {
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

test("a drawn table keeps to itself, so that only it is set in a fixed width", () => {
  const message = "The following changes:\n┌───┐\n│ 1 │\n└───┘\nBackport the changes?";

  assert.deepEqual(messageBlocks(message), [
    { kind: "text", text: "The following changes:" },
    { kind: "table", text: "┌───┐\n│ 1 │\n└───┘" },
    { kind: "question", text: "Backport the changes?" },
  ]);
});

test("a message of one line is the question, and an empty one asks nothing", () => {
  assert.deepEqual(messageBlocks("Clear lock?"), [{ kind: "question", text: "Clear lock?" }]);
  assert.deepEqual(messageBlocks(""), []);
  assert.equal(questionLine(""), "");
  assert.equal(questionLine("┌─┐\n└─┘"), "└─┘");
});

test("web addresses become links without the punctuation that follows them", () => {
  assert.deepEqual(linkParts("see https://example.org/a_(b) or (https://example.org/c)."), [
    { text: "see ", href: undefined },
    { text: "https://example.org/a_(b", href: "https://example.org/a_(b" },
    { text: ") or (", href: undefined },
    { text: "https://example.org/c", href: "https://example.org/c" },
    { text: ").", href: undefined },
  ]);
  assert.deepEqual(linkParts("javascript:alert(1)"), [{ text: "javascript:alert(1)", href: undefined }]);
});
