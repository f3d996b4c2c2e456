import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  ANSWER_BYTES_MAX,
  answerIssue,
  type AnswerValue,
  INTERACTION_KINDS,
  type InteractionKind,
  type InteractionOption,
  optionTone,
  SCREEN_KEYS,
} from "#lib/domain/interaction.ts";

const YES_NO = [
  { text: "yes", value: true },
  { text: "no", value: false },
];
const CHOICES = [
  { text: "Retry", value: "r" },
  { text: "Exit", value: "x" },
  { text: "Nothing", value: "" },
];
const OPTIONS: Record<InteractionKind, readonly InteractionOption[]> = {
  yes_no: YES_NO,
  choices: CHOICES,
  acknowledge: [{ text: "Acknowledge", value: true }],
  text: [],
  secret: [],
  screen: [],
};

const VALUES: readonly AnswerValue[] = [
  true,
  false,
  "",
  "y",
  "yes",
  "true",
  "r",
  "R",
  "x",
  "r ",
  "some text",
];

for (const kind of INTERACTION_KINDS) {
  for (const value of VALUES) {
    const options = OPTIONS[kind];
    const isFree = kind === "text" || kind === "secret" || kind === "screen";
    const issue = isFree
      ? typeof value === "string" && !(kind === "screen" && value === "")
        ? undefined
        : "not_text"
      : options.some((option) => option.value === value)
        ? undefined
        : "not_an_option";
    test(`${JSON.stringify(value)} ${issue === undefined ? "answers" : "does not answer"} ${kind}`, () => {
      assert.equal(answerIssue({ kind, options }, value), issue);
    });
  }
}

test('true and the text "true" are different answers', () => {
  assert.equal(answerIssue({ kind: "yes_no", options: YES_NO }, "true"), "not_an_option");
  assert.equal(answerIssue({ kind: "choices", options: CHOICES }, true), "not_an_option");
});

test("a screen accepts keys; a text question accepts only Ctrl-D", () => {
  for (const kind of INTERACTION_KINDS) {
    const accepted = SCREEN_KEYS.filter(
      (key) => answerIssue({ kind, options: OPTIONS[kind] }, { key }) === undefined,
    );
    const expected = { screen: SCREEN_KEYS, text: ["ctrl_d"] }[kind as string] ?? [];
    assert.deepEqual(accepted, expected, kind);
  }
});

for (const kind of ["text", "secret", "screen"] as const) {
  const question = { kind, options: [] };

  test(`a ${kind} is limited to the terminal's line length in bytes`, () => {
    assert.equal(answerIssue(question, "x".repeat(ANSWER_BYTES_MAX)), undefined);
    assert.equal(answerIssue(question, "x".repeat(ANSWER_BYTES_MAX + 1)), "too_long");
    assert.equal(answerIssue(question, "ä".repeat(ANSWER_BYTES_MAX / 2)), undefined);
    assert.equal(answerIssue(question, "ä".repeat(ANSWER_BYTES_MAX / 2) + "x"), "too_long");
    assert.equal(answerIssue(question, "🐌".repeat(ANSWER_BYTES_MAX / 4 + 1)), "too_long");
  });

  test(`no control character gets into a ${kind}`, () => {
    for (let code = 0; code < 0x200; code += 1) {
      const isControl = code < 0x20 || (code >= 0x7f && code < 0xa0);
      const text = `a${String.fromCodePoint(code)}b`;
      assert.equal(
        answerIssue(question, text),
        isControl ? "control_character" : undefined,
        `U+${code.toString(16)}`,
      );
    }
  });
}

test("any accepted text is exactly one line of the terminal", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 50 }), (text) => {
      const accepted = answerIssue({ kind: "text", options: [] }, text) === undefined;
      assert.equal(accepted, !/[\p{Cc}]/u.test(text));
    }),
  );
});

const TONES: readonly (readonly [InteractionKind, InteractionOption, ReturnType<typeof optionTone>])[] = [
  ["yes_no", { text: "yes", value: true }, "progressive"],
  ["yes_no", { text: "no", value: false }, "neutral"],
  ["acknowledge", { text: "Acknowledge", value: true }, "progressive"],
  ["acknowledge", { text: "Exit the pager", value: true }, "progressive"],
  ["choices", { text: "Yes, continue with deployment", value: "y" }, "progressive"],
  ["choices", { text: "No, roll back deployment and terminate", value: "n" }, "destructive"],
  ["choices", { text: "Retry testserver checks", value: "r" }, "progressive"],
  ["choices", { text: "Retry rollback deployment", value: "r" }, "progressive"],
  ["choices", { text: "Ignore failure and continue deployment", value: "i" }, "destructive"],
  ["choices", { text: "Roll back all stages and terminate", value: "b" }, "destructive"],
  ["choices", { text: "Exit without rollback", value: "x" }, "destructive"],
  ["choices", { text: "Cancel and seek help", value: "c" }, "destructive"],
  ["choices", { text: "Continue with deployment", value: "c" }, "progressive"],
  ["choices", { text: "Cancel deployment", value: "c" }, "destructive"],
  ["choices", { text: "group0", value: "2" }, "neutral"],
  ["choices", { text: "Scroll backwards", value: "s" }, "neutral"],
];

for (const [kind, option, tone] of TONES) {
  test(`"${option.text}" of ${kind} looks ${tone}`, () => {
    assert.equal(optionTone(kind, option), tone);
  });
}

test("the tone does not depend on the key", () => {
  fc.assert(
    fc.property(fc.constantFrom(...TONES), fc.string(), ([kind, option], key) => {
      if (kind !== "choices") return;
      assert.equal(optionTone(kind, { text: option.text, value: key }), optionTone(kind, option));
    }),
  );
});

test("a text that the history cannot show as typed is rejected, except for a secret", () => {
  for (const kind of ["text", "screen", "secret"] as const) {
    const issue = answerIssue({ kind, options: OPTIONS[kind] }, "txt\u202egnp");
    assert.equal(issue, kind === "secret" ? undefined : "invisible_character", kind);
  }
});
