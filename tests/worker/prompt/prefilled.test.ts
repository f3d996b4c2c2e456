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
  ["Type q or <Esc> to continue: x", "Type q or <Esc> to continue: ", "x"],
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
    const found = splitPrefilled(line);
    assert.deepEqual([found.asked, found.prefilled], [asked, prefilled]);
  });
}

const recogniseKeys = (output: string, how: "read" | "poll" = "poll") => {
  const screen = createScreen({ columns: 80, rows: 24 });
  for (const [index, part] of output.split("<typed>").entries()) {
    if (index > 0) screen.markAnswered();
    screen.feed(Buffer.from(part), index + 1, 0);
  }
  return recognise(screen.snapshot(), { mode: "key", how });
};

test("a text behind a library's own separator may be a placeholder, so its editor is a screen", () => {
  assert.equal(recogniseKeys("? Name › bob").kind, "screen");
  assert.deepEqual([recogniseKeys("? Name › ").kind, recogniseKeys("? Name › ").message], ["text", "Name"]);
  assert.equal(recogniseKeys("? Go? › (Y/n) ").message, "Go?");
});

test("a program that asked for cursor keys in application mode draws a screen, not a line", () => {
  assert.equal(recogniseKeys("\x1b[?1hType q or <Esc> to continue ").kind, "screen");
});

test("the echo of typed keys is no question", () => {
  assert.equal(recogniseKeys("<typed>1+1").kind, "screen");
  assert.equal(recogniseKeys("<typed>1+1\r\nNext: ").kind, "text");
});

test("Enter is a newline only for a program that may read lines: not in a list to search", () => {
  assert.equal(recogniseKeys("Name: bob", "read").keys?.mayReadLine, true);
  assert.equal(recogniseKeys("  101\r\n> 100\r\n  2/31\r\n> 1", "read").keys?.mayReadLine, false);
});

test("an editor that started with one of the answers offers all of them, and that one is the default", () => {
  for (const [line, fallback] of [
    ["Proceed? [Y/n] n", false],
    ["Proceed? [y/N] yes", true],
    ["Proceed? [y/N] later", undefined],
    ["Continue? [y]es/[n]o/[c]ontinue all groups: c", "c"],
  ] as const) {
    const asked = recogniseKeys(line);
    assert.ok(asked.kind === "yes_no" || asked.kind === "choices", line);
    assert.deepEqual([asked.submission, asked.isPrefilled, asked.default], ["editor", true, fallback], line);
  }
});
