// Snapshots for the detection of prompts: rows with their bold text and colour, the cursor, and the mark of the last answer.
import { test } from "node:test";
import assert from "node:assert/strict";
import { viewOf } from "../../../worker/prompt/view.ts";
import { createEmulator } from "../../../worker/terminal/emulator.ts";
import type { Emulator } from "../../../worker/terminal/types.ts";

function draw(columns: number, output: string): Emulator {
  const emulator = createEmulator({ columns, rows: 10 });
  emulator.write(Buffer.from(output), 1);
  return emulator;
}

const viewed = (emulator: Emulator): { above: string[]; line: string } => {
  const { above, line } = viewOf(emulator.snapshot(1));
  return { above: above.map(({ text }) => text), line: line.text };
};

test("a wrapped line is one line, whatever is at the wrap", () => {
  for (const text of ["abcdefghijkl", "abcde fghij ", "漢字漢字漢字", "a漢字漢字漢字", "     x     y"]) {
    assert.equal(viewed(draw(5, text)).line, text);
  }
});

test("a line that fills its row and ends there is not joined with the next", () => {
  assert.deepEqual(viewed(draw(5, "abcde\r\nfghij\r\nk")), { above: ["abcde", "fghij"], line: "k" });
});

test("bold and coloured text are recognised", () => {
  const { lines } = draw(
    80,
    "\u001b[1m[k] Label\u001b[0m\r\n\u001b[32mlog\u001b[0m\r\npl\u001b[1mai\u001b[0mn 漢\u001b[1m字\u001b[0m",
  ).snapshot(1);

  assert.deepEqual(
    lines.map(({ bold, coloured }) => ({ bold, coloured })),
    [
      { bold: [[0, 9]], coloured: false },
      { bold: [], coloured: true },
      {
        bold: [
          [2, 4],
          [7, 8],
        ],
        coloured: false,
      },
    ],
  );
});

test("the cursor has a column in cells and in characters, and rows below it appear only if they have content", () => {
  const snapshot = draw(80, "one\r\n漢字 e\u0301? \r\n\r\n\u001b[2;8H").snapshot(42);

  assert.equal(snapshot.position, 42);
  assert.equal(snapshot.cursorRow, 1);
  assert.equal(snapshot.cursorColumn, 7);
  assert.equal(snapshot.cursorOffset, "漢字 e\u0301?".length);
  assert.equal(snapshot.lines.length, 2);
});

test("a snapshot contains up to 300 rows above the screen", () => {
  const output = Array.from({ length: 500 }, (_, index) => `${index}\r\n`).join("");
  const { lines, cursorRow } = draw(80, output).snapshot(1);

  assert.equal(lines.length, 310);
  assert.equal(cursorRow, 309);
  assert.equal(lines[0]?.text, "191");
});

test("answered text is hidden, also when the echo is on the next rows or scrolls", () => {
  for (const echo of ["because it was so and not otherwise\r\nnext ", "x\r\n".repeat(20) + "next "]) {
    const emulator = draw(20, "first\r\nReason for all this: ");
    emulator.markAnswered();
    emulator.write(Buffer.from(echo), 2);
    const { answeredRow, lines } = emulator.snapshot(2);

    assert.equal(viewed(emulator).line, "next ");
    assert.equal(lines[answeredRow ?? -1]?.text.startsWith(" this: "), false);
    assert.ok(!viewed(emulator).above.some((text) => text.includes("first")));
  }
});

test("a question in the same row after a hidden answer is seen without the answer", () => {
  for (const columns of [80, 20]) {
    const emulator = draw(columns, "before\r\nPassword: ");
    emulator.markAnswered();
    emulator.write(Buffer.from("Continue with sync? [y/N]: "), 2);

    assert.deepEqual(viewed(emulator), { above: [], line: "Continue with sync? [y/N]: " });
  }
});

test("a row that was redrawn after its answer is hidden", () => {
  const emulator = draw(80, "Continue? [y/N]: ");
  emulator.markAnswered();
  emulator.write(Buffer.from("\rRoll back everything on all servers? [y/N]: "), 2);

  assert.equal(viewed(emulator).line, "", "a partial question is worse than the raw screen");
});

test("an answer on a screen that was erased hides nothing", () => {
  const emulator = draw(80, "Continue? [y/N]: ");
  emulator.markAnswered();
  emulator.write(Buffer.from("\u001b[H\u001b[2JGo? [y/N]: "), 2);

  assert.equal(viewed(emulator).line, "Go? [y/N]: ");
});

test("a question whose answer could not be typed is seen again; earlier answered ones are not", () => {
  const emulator = draw(80, "First? [y/N]: ");
  emulator.markAnswered();
  emulator.write(Buffer.from("y\r\nSecond, in two lines.\r\nGo on? [y/N]: "), 2);
  emulator.markAnswered();
  emulator.markUnanswered();

  assert.deepEqual(viewed(emulator), { above: ["Second, in two lines."], line: "Go on? [y/N]: " });
});

test("a screen contains cells that only have a background, as dialogs draw them", () => {
  const emulator = draw(10, "\u001b[?1049h\u001b[44m\u001b[2J\u001b[Hok\u001b[0m\u001b[2;1H");

  assert.deepEqual(emulator.screen().rows.slice(0, 2), [
    `\u001b[44mok${" ".repeat(8)}\u001b[0m`,
    `\u001b[44m${" ".repeat(10)}\u001b[0m`,
  ]);
});

test("the alternate screen has its own snapshot, and the live screen is the active one", () => {
  const emulator = draw(20, "before\r\n\u001b[?1049h\u001b[2;3Hmenu");
  const { alternate, lines } = emulator.snapshot(1);

  assert.equal(alternate, true);
  assert.deepEqual(
    lines.map(({ text }) => text),
    ["", "  menu"],
  );
  assert.deepEqual(emulator.screen(), {
    rows: ["", "  menu", ...Array.from({ length: 8 }, () => "")],
    cursorRow: 1,
    cursorColumn: 6,
    isAlternate: true,
  });
  assert.equal(emulator.cursorLine(), "  menu");
  assert.equal(emulator.live()[0]?.text, "before");
});
