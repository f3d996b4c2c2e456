import assert from "node:assert/strict";
import { test } from "node:test";
import { answerNotes } from "#lib/domain/answer-note.ts";
import type { AnswerValue, InteractionKind } from "#lib/domain/interaction.ts";

const AT = "2026-11-20T12:00:00.000Z";
const YES_NO = [
  { text: "yes", value: true },
  { text: "no", value: false },
];
const answered = (
  kind: InteractionKind,
  {
    value = "y",
    text = "yes",
    by = "alice",
    line = 7,
  }: { value?: AnswerValue | null; text?: string | null; by?: string; line?: number } = {},
) => ({
  kind,
  line,
  options: kind === "yes_no" ? YES_NO : [],
  answer: { value, text, answeredBy: by, answeredAt: AT },
});

const actions = (...interactions: Parameters<typeof answerNotes>[0]) =>
  answerNotes(interactions).map(({ line, by, action }) => `${line} ${by} ${action}`);

test("a note says who answered what, after the line of the question", () => {
  assert.deepEqual(actions(answered("yes_no")), ["7 alice answered “Yes”"]);
  assert.deepEqual(answerNotes([{ ...answered("yes_no"), answer: null }]), []);
});

test("a secret is not shown, and an empty answer is Enter", () => {
  assert.deepEqual(actions(answered("secret", { value: null, text: null })), [
    "7 alice answered with a secret",
  ]);
  assert.deepEqual(actions(answered("text", { value: "", text: "" })), ["7 alice answered with Enter"]);
});

test("consecutive key presses of one person are one note", () => {
  const press = (key: "down" | "enter", by: string) => answered("screen", { value: { key }, text: key, by });

  assert.deepEqual(
    actions(press("down", "alice"), press("down", "alice"), press("down", "alice"), press("enter", "bob")),
    ["7 alice pressed Down × 3", "7 bob pressed Enter"],
  );
});
