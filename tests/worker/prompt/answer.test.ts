import { test } from "node:test";
import assert from "node:assert/strict";
import fc from "fast-check";
import { toKeystrokes } from "../../../worker/prompt/answer.ts";
import { SCREEN_KEYS } from "#lib/domain/interaction.ts";
import { PROMPT_RUNS } from "./prompt-grammar.ts";

type Asked = Parameters<typeof toKeystrokes>[0];

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

test("an option is typed in the form that its prompt accepts", () => {
  assert.deepEqual(toKeystrokes(YES_NO, true), { ok: true, text: "yes" });
  assert.deepEqual(toKeystrokes(YES_NO, false), { ok: true, text: "no" });
  assert.deepEqual(toKeystrokes(CHOICES, "x"), { ok: true, text: "x" });
});

test("a value that is not an option is not typed", () => {
  const refused = { ok: false, reason: "not_an_option" };

  for (const value of ["yes", "y", "", "true"]) assert.deepEqual(toKeystrokes(YES_NO, value), refused);
  for (const value of [true, "R", "r\n", "r\nx", "q", ""]) {
    assert.deepEqual(toKeystrokes(CHOICES, value), refused);
  }
});

test("an option of a program that contains a control character is not typed", () => {
  for (const typed of ["y\nrm", "y\r", "\x03", "\x1b[A"]) {
    const asked: Asked = { ...CHOICES, options: [{ text: "Retry", value: "r", typed }] };
    assert.deepEqual(toKeystrokes(asked, "r"), { ok: false, reason: "control_character" });
  }
});

test("a text may be empty, or as long as a line of the terminal", () => {
  assert.deepEqual(toKeystrokes(TEXT, ""), { ok: true, text: "" });
  assert.equal(toKeystrokes(TEXT, "x".repeat(4094)).ok, true);
  assert.deepEqual(toKeystrokes(TEXT, "x".repeat(4095)), { ok: false, reason: "too_long" });
  assert.deepEqual(toKeystrokes(SECRET, "é".repeat(2048)), { ok: false, reason: "too_long" });
  assert.deepEqual(toKeystrokes(TEXT, true), { ok: false, reason: "not_text" });
});

test("a text contains at most one line and no terminal control character", () => {
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

const EDITOR: Asked = { ...TEXT, submission: "editor" };
const PREFILLED: Asked = { ...EDITOR, default: "Reverted by x", isPrefilled: true };
const SCREEN: Asked = { kind: "screen", options: [], submission: "key" };

test("a line editor gets a carriage return after a text of any allowed length", () => {
  assert.deepEqual(toKeystrokes({ ...YES_NO, submission: "editor" }, true, POLLED), {
    ok: true,
    text: "yes\r",
  });
  const longest = "x".repeat(4094);
  assert.deepEqual(toKeystrokes(EDITOR, longest, POLLED), { ok: true, text: `${longest}\r` });
});

test("an answer replaces the default of a line editor, and Enter alone accepts it", () => {
  assert.deepEqual(toKeystrokes(PREFILLED, "a reason", POLLED), { ok: true, text: "\x15a reason\r" });
  assert.deepEqual(toKeystrokes(PREFILLED, "", POLLED), { ok: true, text: "\r" });
  assert.deepEqual(toKeystrokes(PREFILLED, "Reverted by x", POLLED), { ok: true, text: "\r" });
});

test("a screen gets text without Enter, and each key in the cursor mode of the program", () => {
  const application = { ...SCREEN, keys: { isCursorApplication: true, mayReadLine: false } };
  const typed = (asked: Asked, key: (typeof SCREEN_KEYS)[number]) => {
    const keystrokes = toKeystrokes(asked, { key }, READ);
    return keystrokes.ok ? keystrokes.text : keystrokes.reason;
  };

  assert.deepEqual(toKeystrokes(SCREEN, "quit, please", READ), { ok: true, text: "quit, please" });
  assert.deepEqual(toKeystrokes(SCREEN, "", READ), { ok: false, reason: "not_text" });
  assert.deepEqual(
    SCREEN_KEYS.map((key) => typed(SCREEN, key)),
    [
      ["\x1b[A", "\x1b[B", "\x1b[D", "\x1b[C", "\r", "\t", "\x1b", " ", "\x7f"],
      ["\x1b[3~", "\x1b[H", "\x1b[F", "\x1b[5~", "\x1b[6~", "\x04"],
    ].flat(),
  );
  assert.deepEqual(
    (["up", "left", "home", "delete", "page_up"] as const).map((key) => typed(application, key)),
    ["\x1bOA", "\x1bOD", "\x1bOH", "\x1b[3~", "\x1b[5~"],
  );
});

test("Enter on a screen is sent as the other character if the first had no effect", () => {
  const prompt = { ...SCREEN, keys: { isCursorApplication: false, mayReadLine: true } };
  const enter = (lastEnter?: string) => toKeystrokes(prompt, { key: "enter" }, { ...READ, lastEnter });

  assert.deepEqual(enter(), { ok: true, text: "\n" });
  assert.deepEqual(enter("\n"), { ok: true, text: "\r" });
  assert.deepEqual(enter("\r"), { ok: true, text: "\n" });
});

test("the end of input is typed for a text question, into an empty line", () => {
  assert.deepEqual(toKeystrokes(TEXT, { key: "ctrl_d" }), { ok: true, text: "\x04" });
  assert.deepEqual(toKeystrokes(PREFILLED, { key: "ctrl_d" }, POLLED), { ok: true, text: "\x15\x04" });
  assert.deepEqual(toKeystrokes(YES_NO, { key: "ctrl_d" }), { ok: false, reason: "not_an_option" });
  assert.deepEqual(toKeystrokes(SECRET, { key: "ctrl_d" }), { ok: false, reason: "not_text" });
});

test("Enter is not typed after a key if the program may read only that key", () => {
  const editor = { ...CHOICES, submission: "editor" } as const;

  assert.deepEqual(toKeystrokes(editor, "r", READ), { ok: true, text: "r" });
  assert.deepEqual(toKeystrokes(editor, "r", POLLED), { ok: true, text: "r\r" });
  assert.deepEqual(toKeystrokes({ ...YES_NO, submission: "editor" }, true, READ), {
    ok: true,
    text: "yes\n",
  });
  assert.deepEqual(toKeystrokes({ ...TEXT, submission: "editor" }, "r", READ), { ok: true, text: "r\n" });
});

test("an empty answer to a program that reads keys is Enter", () => {
  assert.deepEqual(toKeystrokes({ ...TEXT, submission: "key" }, "", READ), { ok: true, text: "\n" });
  assert.deepEqual(toKeystrokes({ ...TEXT, submission: "key" }, "", POLLED), { ok: true, text: "\r" });
});

test("an answer to an announced question is a whole line, also on a terminal that was left in raw mode", () => {
  assert.deepEqual(toKeystrokes(CHOICES, "r", READ), { ok: true, text: "r\n" });
});
