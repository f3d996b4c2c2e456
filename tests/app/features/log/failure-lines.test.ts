import assert from "node:assert/strict";
import { test } from "node:test";
import { failureLines } from "../../../../app/features/log/failure-lines.ts";

function logOf(...lines: string[]) {
  return {
    snapshot: () => ({
      totalLines: lines.length,
      settledLines: lines.length,
      complete: false,
      failed: false,
      removed: false,
      hasHidden: false,
      version: 0,
    }),
    line: (n: number) => {
      const text = lines[n - 1];
      return text === undefined ? undefined : { n, text, at: "" };
    },
  };
}

test("the lines that report a failure are found, without the options of the question", () => {
  const lines = failureLines(
    logOf(
      "10:04:10 Executing check 'a'",
      "\u001b[33m10:04:11 Check 'a' failed: expected 200, got 503\u001b[0m",
      "Testserver checks failed.",
      "[r] Retry testserver checks",
      "[i] Ignore failure and continue deployment",
    ),
  );
  assert.deepEqual(lines, ["10:04:11 Check 'a' failed: expected 200, got 503", "Testserver checks failed."]);
});

test("only the last failures near the end of a long log are shown", () => {
  const many = Array.from({ length: 300 }, (_, n) => `check ${n} failed`);
  assert.equal(failureLines(logOf(...many)).length, 8);
  assert.deepEqual(failureLines(logOf("old check failed", ...Array.from({ length: 200 }, () => "ok"))), []);
});
