import assert from "node:assert/strict";
import { test } from "node:test";
import { tailSentence } from "#lib/domain/evidence.ts";
import { createEvidence } from "../../../worker/output/evidence.ts";

function messageOf(...lines: readonly string[]) {
  const evidence = createEvidence();
  lines.forEach((text, index) => evidence.take({ text, n: index + 1 }));
  return tailSentence(evidence.toJSON().tail ?? assert.fail());
}

test("a message with many lines keeps its first and its last one, and says how many it has", () => {
  const reasons = Array.from({ length: 60 }, (_, index) => [
    `Reason ${index + 1} why it is refused`,
    "",
  ]).flat();
  const { text, line } = messageOf("12:00:00 Checking...", "Errors found:", ...reasons);
  assert.match(
    text,
    /^Errors found: Reason 1 why it is refused Reason 2 .* … \(4\d more lines\) … Reason 60 why it is refused$/,
  );
  assert.equal(line, 2);
  assert.equal(messageOf("one", "two", "three", "four", "five").text, "one two three four five");
});

test("the last line of a traceback, and a sentence of scap after the output of a program, are messages of their own", () => {
  assert.equal(messageOf("  File x, line 3", "    code", "KeyError: 'x'").text, "KeyError: 'x'");
  assert.equal(messageOf("remote: Processing", "Aborting: not pushed").text, "Aborting: not pushed");
});
