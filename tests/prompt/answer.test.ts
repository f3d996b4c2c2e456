import { test } from "node:test";
import assert from "node:assert/strict";
import fc from "fast-check";
import { toKeystrokes } from "../../worker/prompt/answer.ts";
import type { Recognition } from "../../worker/prompt/types.ts";
import { PROMPT_RUNS } from "../support/prompt-grammar.ts";

type Asked = Pick<Recognition, "kind" | "options" | "submission">;

const YES_NO: Asked = {
  kind: "yes_no",
  options: [
    { text: "yes", value: true, typed: "yes" },
    { text: "no", value: false, typed: "no" },
  ],
  submission: "line",
};
const CHOICES: Asked = {
  kind: "choices",
  options: [
    { text: "Retry", value: "r", typed: "r" },
    { text: "Exit", value: "x", typed: "x" },
  ],
  submission: "line",
};
const TEXT: Asked = { kind: "text", options: [], submission: "line" };
const SECRET: Asked = { kind: "secret", options: [], submission: "line" };

test("an option is typed in the form that its wording accepts", () => {
  assert.deepEqual(toKeystrokes(YES_NO, true), { ok: true, text: "yes" });
  assert.deepEqual(toKeystrokes(YES_NO, false), { ok: true, text: "no" });
  assert.deepEqual(toKeystrokes(CHOICES, "x"), { ok: true, text: "x" });
});

test("what is no option is not typed", () => {
  const refused = { ok: false, reason: "not_an_option" };

  for (const value of ["yes", "y", "", "true"]) assert.deepEqual(toKeystrokes(YES_NO, value), refused);
  for (const value of [true, "R", "r\n", "r\nx", "q", ""])
    assert.deepEqual(toKeystrokes(CHOICES, value), refused);
});

test("text may be empty, and as long as the terminal's line", () => {
  assert.deepEqual(toKeystrokes(TEXT, ""), { ok: true, text: "" });
  assert.equal(toKeystrokes(TEXT, "x".repeat(4094)).ok, true);
  assert.deepEqual(toKeystrokes(TEXT, "x".repeat(4095)), { ok: false, reason: "too_long" });
  assert.deepEqual(toKeystrokes(SECRET, "é".repeat(2048)), { ok: false, reason: "too_long" });
  assert.deepEqual(toKeystrokes(TEXT, true), { ok: false, reason: "not_text" });
});

test("no text holds more than one line, or anything that steers a terminal", () => {
  const steering = fc.constantFrom(
    "\n",
    "\r",
    "\t",
    "\x03",
    "\x04",
    "\x1b",
    "\x7f",
    "\x85",
    "\x9b",
    "\ud800",
    "\udfff",
  );
  fc.assert(
    fc.property(
      fc.string(),
      steering,
      fc.string(),
      fc.constantFrom(TEXT, SECRET),
      (before, one, after, asked) => {
        assert.equal(toKeystrokes(asked, `${before} ${one} ${after}`).ok, false);
      },
    ),
    { numRuns: PROMPT_RUNS },
  );
});

const POLLED = { how: "poll", mode: "key" } as const;
const READ = { how: "read", mode: "key" } as const;

test("a line editor gets its carriage return, a program that takes keys only a few of them", () => {
  assert.deepEqual(toKeystrokes({ ...YES_NO, submission: "editor" }, true, POLLED), {
    ok: true,
    text: "yes\r",
  });
  assert.deepEqual(toKeystrokes({ ...TEXT, submission: "key" }, "q", READ), { ok: true, text: "q" });
  assert.deepEqual(toKeystrokes({ ...TEXT, submission: "key" }, "quit, please", READ), {
    ok: false,
    reason: "too_long",
  });
});

test("Enter is never typed behind the one key that may be all a program takes", () => {
  const editor = { ...CHOICES, submission: "editor" } as const;

  assert.deepEqual(toKeystrokes(editor, "r", READ), { ok: true, text: "r" });
  assert.deepEqual(toKeystrokes(editor, "r", POLLED), { ok: true, text: "r\r" });
  assert.deepEqual(toKeystrokes({ ...YES_NO, submission: "editor" }, true, READ), {
    ok: true,
    text: "yes\n",
  });
  assert.deepEqual(toKeystrokes({ ...TEXT, submission: "editor" }, "r", READ), { ok: true, text: "r\n" });
});

test("an empty answer to a program that takes keys is Enter", () => {
  assert.deepEqual(toKeystrokes({ ...TEXT, submission: "key" }, "", READ), { ok: true, text: "\n" });
  assert.deepEqual(toKeystrokes({ ...TEXT, submission: "key" }, "", POLLED), { ok: true, text: "\r" });
});

test("a line that scap announced to take is one, also on a terminal that was left without lines", () => {
  assert.deepEqual(toKeystrokes(CHOICES, "r", READ), { ok: true, text: "r\n" });
});
