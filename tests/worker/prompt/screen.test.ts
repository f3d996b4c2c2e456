import { test } from "node:test";
import assert from "node:assert/strict";
import { createScreen } from "../../../worker/prompt/screen.ts";
import type { Snapshot } from "../../../worker/prompt/types.ts";
import { tailOf, viewOf } from "../../../worker/prompt/view.ts";

function draw(columns: number, ...pieces: (string | Uint8Array)[]): Snapshot {
  const screen = createScreen({ columns, rows: 10 });
  for (const [index, piece] of pieces.entries()) {
    screen.feed(Buffer.from(piece), index + 1, 0);
  }
  const snapshot = screen.snapshot();
  return snapshot;
}

const lineOf = (snapshot: Snapshot): string => viewOf(snapshot).line.text;

test("a wrapped line is one line, whatever is at the break", () => {
  for (const text of ["abcdefghijkl", "abcde fghij ", "漢字漢字漢字", "a漢字漢字漢字", "     x     y"]) {
    assert.equal(lineOf(draw(5, text)), text);
  }
});

test("a line that fills its row and ends there is not joined with the next", () => {
  const { above, line } = viewOf(draw(5, "abcde\r\nfghij\r\nk"));

  assert.deepEqual(
    above.map(({ text }) => text),
    ["abcde", "fghij"],
  );
  assert.equal(line.text, "k");
});

test("text after the cursor does not belong to the question", () => {
  assert.equal(lineOf(draw(80, "50% (ok: 5; fail: 0)\rGo? [y/N]: ")), "Go? [y/N]: ");
});

test("a character that is split between chunks stays intact", () => {
  const bytes = Buffer.from("a — ’é漢🐌👩‍💻e\u0301 z");
  for (let at = 1; at < bytes.length; at += 1) {
    assert.equal(lineOf(draw(80, bytes.subarray(0, at), bytes.subarray(at))), bytes.toString());
  }
});

test("a question in the same row after a hidden answer is read without the answered part", () => {
  for (const columns of [80, 20]) {
    const screen = createScreen({ columns, rows: 10 });
    screen.feed(Buffer.from("before\r\nPassword: "), 1, 0);
    screen.markAnswered();
    screen.feed(Buffer.from("Continue with sync? [y/N]: "), 2, 0);

    const { above, line } = viewOf(screen.snapshot());

    assert.deepEqual(above, []);
    assert.equal(line.text, "Continue with sync? [y/N]: ");
  }
});

test("a row that was redrawn after its answer is ignored", () => {
  const screen = createScreen({ columns: 80, rows: 10 });
  screen.feed(Buffer.from("Continue? [y/N]: "), 1, 0);
  screen.markAnswered();
  screen.feed(Buffer.from("\rRoll back everything on all servers? [y/N]: "), 2, 0);

  const { line } = viewOf(screen.snapshot());

  assert.equal(line.text, "", "a partial question is worse than the raw screen");
});

test("answered text is ignored, also if the echo is on the next rows", () => {
  const screen = createScreen({ columns: 20, rows: 10 });
  screen.feed(Buffer.from("first\r\nReason for all this: "), 1, 0);
  screen.markAnswered();
  screen.feed(Buffer.from("because it was so and not otherwise\r\nnext "), 2, 0);

  const { above, line } = viewOf(screen.snapshot());

  assert.deepEqual(above, []);
  assert.equal(line.text, "next ");
});

test("a question whose answer was not typed is found again; earlier answered text is not", () => {
  const screen = createScreen({ columns: 80, rows: 10 });
  screen.feed(Buffer.from("First? [y/N]: "), 1, 0);
  screen.markAnswered();
  screen.feed(Buffer.from("y\r\nSecond, in two lines.\r\nGo on? [y/N]: "), 2, 0);
  screen.markAnswered();
  screen.snapshot();
  screen.markUnanswered();

  const { above, line } = viewOf(screen.snapshot());

  assert.deepEqual(
    above.map(({ text }) => text),
    ["Second, in two lines."],
  );
  assert.equal(line.text, "Go on? [y/N]: ");
});

test("after a flood the screen shows its end", () => {
  const screen = createScreen({ columns: 80, rows: 10 });
  screen.feed(Buffer.from("before\r\n"), 1, 0);
  for (let index = 0; index < 40_000; index += 1) {
    screen.feed(Buffer.from(`line ${index} 漢字\r\n`), index, 0);
  }
  screen.feed(Buffer.from("Go? [y/N]: "), 40_000, 0);

  const snapshot = screen.snapshot();
  const { above, line } = viewOf(snapshot);

  assert.equal(line.text, "Go? [y/N]: ");
  assert.equal(above.at(-1)?.text, "line 39999 漢字");
  assert(above.every(({ text, coloured }) => /^line \d+ 漢字$/.test(text) && !coloured));
  assert.equal(snapshot.position, 40_000);
});

test("a question under a flood is found each time, without text of an earlier one", () => {
  const screen = createScreen({ columns: 80, rows: 10 });
  const bury = (index: number, question: string): Snapshot => {
    screen.feed(Buffer.from(`\x1b[31mlog of ${index}\x1b[0m\r\n${question}`), index, index);
    screen.feed(Buffer.from("somebody else says\r\n".repeat(30)), index, index);
    return screen.snapshot();
  };

  const first = bury(1, "\x1b[?1049hFirst? [y/N]: ");
  const second = bury(2, "Second? [y/N]: ");
  const seen = [first, second];

  assert.deepEqual(
    seen.map(({ buried }) => buried && lineOf(buried)),
    ["First? [y/N]: ", "Second? [y/N]: "],
  );
  assert.deepEqual(
    seen.map(({ buried }) => buried?.alternate),
    [true, true],
    "the tail begins before the first question, whose switch of the screen is drawn again",
  );
});

test("a snapshot shows the screen at its call, not later output", () => {
  const screen = createScreen({ columns: 80, rows: 10 });
  screen.feed(Buffer.from("one "), 1, 0);
  const first = screen.snapshot();
  screen.feed(Buffer.from("two"), 2, 0);
  const second = screen.snapshot();

  const seen = [first, second];

  assert.deepEqual(
    seen.map((snapshot) => [snapshot.position, lineOf(snapshot)]),
    [
      [1, "one "],
      [2, "one two"],
    ],
  );
});

test("the input buffer may be reused after the call", () => {
  const screen = createScreen({ columns: 80, rows: 10 });
  const buffer = Buffer.from("kept");
  screen.feed(buffer, 1, 0);
  buffer.fill("x");

  const snapshot = screen.snapshot();

  assert.equal(lineOf(snapshot), "kept");
});

test("the tail of a screen is its text, up to its end", () => {
  const bounds = { rowsMax: 3, charactersMax: 100 };

  assert.equal(tailOf(draw(80, "a\r\nb\r\n\r\n\r\nc\r\n\r\n"), bounds), "b\n\nc");
  assert.equal(tailOf(draw(80, "漢".repeat(200)), bounds), `…${"漢".repeat(99)}`);
  assert.equal(tailOf(draw(80, ""), bounds), "");
});
