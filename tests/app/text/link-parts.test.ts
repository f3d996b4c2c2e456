import assert from "node:assert/strict";
import { test } from "node:test";
import { linkParts } from "../../../app/text/link-parts.ts";

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
