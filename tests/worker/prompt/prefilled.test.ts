// The question of a line editor and the text that the editor started with.
import assert from "node:assert/strict";
import { test } from "node:test";
import { splitPrefilled } from "../../../worker/prompt/prefilled.ts";
import { recognise } from "../../../worker/prompt/recognise.ts";
import { createScreen } from "../../../worker/prompt/screen.ts";

for (const [line, asked, prefilled] of [
  ["Reason: Reverted by x", "Reason: ", "Reverted by x"],
  ["Reason (T1: slow): Reverted by x", "Reason (T1: slow): ", "Reverted by x"],
  ["Reason: Revert: too slow", "Reason: ", "Revert: too slow"],
  ["Reason: [config] Revert", "Reason: ", "[config] Revert"],
  ["Reason (not closed: x", "Reason (not closed: ", "x"],
  ["group0 -> group1. Reason: x", "group0 -> group1. Reason: ", "x"],
  ["> x", "> ", "x"],
  ["-> x", "-> ", "x"],
  ["Proceed? [Y/n] y", "Proceed? [Y/n] ", "y"],
  ["Proceed? (yes/no, 9 s): no", "Proceed? (yes/no, 9 s): ", "no"],
  ["Continue? [y]es/[n]o: y", "Continue? [y]es/[n]o: ", "y"],
  ["? Name: (ada) ", "Name: (ada) ", undefined],
  ["? Name: (ada) bob", "Name: (ada) ", "bob"],
  ["? Name › bob", "Name › ", "bob"],
  ["Name? (ada) ", "Name? (ada) ", undefined],
  ["Name? [ada] › bob", "Name? [ada] › ", "bob"],
  ["Reason: ", "Reason: ", undefined],
  ["Reason", "Reason", undefined],
] as const) {
  test(`the text in an editor begins after its whole question: ${line}`, () => {
    assert.deepEqual(splitPrefilled(line), { asked, ...(prefilled === undefined ? {} : { prefilled }) });
  });
}

test("an editor that started with one of the answers offers all of them, and that one is the default", () => {
  for (const [line, fallback] of [
    ["Proceed? [Y/n] n", false],
    ["Proceed? [y/N] yes", true],
    ["Proceed? [y/N] later", undefined],
    ["Continue? [y]es/[n]o/[c]ontinue all groups: c", "c"],
  ] as const) {
    const screen = createScreen({ columns: 80, rows: 24 });
    screen.feed(Buffer.from(line), 1, 0);
    const asked = recognise(screen.snapshot(), { mode: "key", how: "poll" });
    assert.ok(asked.kind === "yes_no" || asked.kind === "choices", line);
    assert.deepEqual([asked.submission, asked.isPrefilled, asked.default], ["editor", true, fallback], line);
  }
});
