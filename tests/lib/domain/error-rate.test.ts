import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ERROR_MESSAGE_MAX,
  errorsPerMinute,
  normaliseBuckets,
  normaliseMessage,
} from "#lib/domain/error-rate.ts";

const SAME: [string, ...string[]][] = [
  ["Undefined index: …", "Undefined index: 17", "Undefined index: 4"],
  ["Request … took … s", "Request 4bf92f3577b34da6 took 1.52 s", "Request 00f067aa0ba902b7 took 3 s"],
  [
    "Job … failed",
    "Job 0d5c9e4e-2f5e-4c0a-9a9b-1d2f3a4b5c6d failed",
    "Job ffffffff-2f5e-4c0a-9a9b-1d2f3a4b5c6d  failed",
  ],
  ["No page “…” in “…”", `No page "Main page" in 'enwiki'`, `No page "x" in 'dewiki'`],
  ["It can't be read at …", "It can't be read at 10.2.0.7:80", "It can't be read at\n10.2.0.1:443"],
  ["feedback is deadbeef", "feedback is deadbeef"],
];

for (const [expected, ...raw] of SAME) {
  test(`messages that differ in values only are one: ${expected}`, () => {
    for (const text of raw) assert.equal(normaliseMessage(text), expected);
  });
}

test("a message is untrusted: it is one line without invisible characters, and short", () => {
  assert.equal(normaliseMessage("a\u202eb\u0007\nc\u200b"), "ab c");
  assert.equal(normaliseMessage(" \n"), "(no message)");
  assert.equal(normaliseMessage("word ".repeat(100_000)).length, ERROR_MESSAGE_MAX);
});

test("buckets whose messages became equal are added up, and the first time counts", () => {
  const bucket = { minute: 0, version: " 1.46 ", errors: 2, firstAt: 9 };
  assert.deepEqual(
    normaliseBuckets([
      { ...bucket, message: "Error 1" },
      { ...bucket, message: "Error 2", firstAt: 5 },
    ]),
    [{ minute: 0, version: "1.46", message: "Error …", errors: 4, firstAt: 5 }],
  );
});

test("the rate counts the last sixty seconds: a part of the minute before the current one", () => {
  const minutes = [
    { minute: 0, errors: 60 },
    { minute: 60_000, errors: 10 },
  ];
  assert.equal(errorsPerMinute(minutes, 60_000), 70);
  assert.equal(errorsPerMinute(minutes, 75_000), 10 + 60 * 0.75);
  assert.equal(errorsPerMinute(minutes, 120_000), 10);
  assert.equal(errorsPerMinute([], 120_000), 0);
});
