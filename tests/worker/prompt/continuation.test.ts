// Which screens show the same question redrawn, and which show another question.
import { test } from "node:test";
import assert from "node:assert/strict";
import { isBeingRedrawn, isSameQuestion, withoutNumbers } from "../../../worker/prompt/continuation.ts";
import { createScreen } from "../../../worker/prompt/screen.ts";
import type { Snapshot } from "../../../worker/prompt/types.ts";

function screenOf(text: string): Snapshot {
  const screen = createScreen({ columns: 80, rows: 24 });
  screen.feed(Buffer.from(text), 1, 0);
  return screen.snapshot();
}

const BEFORE = "10:00:00 a line of the log\r\n";
const FIRST = `${BEFORE}(10 s) Proceed with sync? [y/N] `;

for (const [name, redrawn] of Object.entries({
  "the next second": "\r( 9 s) Proceed with sync? [y/N] ",
  "erased first": "\r\x1b[K(9 s) Proceed with sync? [y/N] ",
  "the same again": "\r(10 s) Proceed with sync? [y/N] ",
})) {
  test(`a redrawn question is the same question: ${name}`, () => {
    assert.equal(isSameQuestion(screenOf(FIRST), screenOf(FIRST + redrawn)), true);
  });
}

for (const [name, printed] of Object.entries({
  "other words": "\r(10 s) Roll back the sync? [y/N] ",
  "another default": "\r(10 s) Proceed with sync? [Y/n] ",
  "a row below": "\r\n(10 s) Proceed with sync? [y/N] ",
  "a line between": "\r\x1b[Kinvalid\r\n(10 s) Proceed with sync? [y/N] ",
  "a line above has changed": "\x1b[A\r\x1b[2K10:00:00 another line\x1b[B\r\x1b[32C",
})) {
  test(`a screen with another question, or at another place, is another question: ${name}`, () => {
    assert.equal(isSameQuestion(screenOf(FIRST), screenOf(FIRST + printed)), false);
  });
}

test("a question counts as being redrawn while nothing above the cursor has changed", () => {
  const first = screenOf(FIRST);
  for (const part of ["\r", "\r\x1b[K", "\r\x1b[K( 9 s", "\x1b[A\r"]) {
    assert.equal(isBeingRedrawn(first, screenOf(FIRST + part)), true, JSON.stringify(part));
  }
  for (const part of ["\r\n", "y\r\nmoving on\r\n", "\x1b[2J"]) {
    assert.equal(isBeingRedrawn(first, screenOf(FIRST + part)), false, JSON.stringify(part));
  }
});

test("numbers are ignored, with the spaces and plurals that depend on them", () => {
  const same: [string, string][] = [
    ["(10 s)", "( 9 s)"],
    ["in 2 seconds: ", "in 1 second: "],
    ["01:00 left", "00:59 left"],
    ["[12/300]", "[7/300]"],
    ["answer within 100 minutes", "answer within 99 minutes"],
    ["| Proceed?", "\\ Proceed?"],
    ["Proceed? [y/N] ⠙", "Proceed? [y/N] ⠹"],
  ];
  for (const [one, other] of same) assert.equal(withoutNumbers(one), withoutNumbers(other), one);
  const different: [string, string][] = [
    ["(10 s) yes", "(10 s) no"],
    ["10 hosts fail", "10 hosts pass"],
    ["step a", "step b"],
    ["roll-back", "roll/back"],
    ["- Proceed?", "+ Proceed?"],
  ];
  for (const [one, other] of different) assert.notEqual(withoutNumbers(one), withoutNumbers(other), one);
});
