// The lines that a program leaves in the log, and their text.
import { test } from "node:test";
import assert from "node:assert/strict";
import { createEmulator } from "../../../worker/terminal/emulator.ts";
import type { Emulator } from "../../../worker/terminal/types.ts";

const SIZE = { columns: 160, rows: 50 };
const ESC = "\u001b";

function draw(...pieces: string[]): Emulator {
  const emulator = createEmulator(SIZE);
  for (const [index, piece] of pieces.entries()) emulator.write(Buffer.from(piece), index + 1);
  return emulator;
}

/** All lines after the end of the program. A program's "\n" reaches a terminal as "\r\n". */
function logOf(output: string): string[] {
  const emulator = draw(output.replaceAll(/(?<!\r)\n/g, "\r\n"));
  emulator.end();
  return emulator.takeSettled().map(({ text }) => text);
}

test("a carriage return loses no text", () => {
  assert.deepEqual(
    logOf(
      "[....] restarting\r[ ok ]\ncopying files\r\u001b[0m\nfetching\r\u001b[?25h\nERROR: locked\r \n" +
        "starting sshd\r\u001b[20C[ OK ]\nlock is held\r\u001b]0;a title\u0007\nFAILED\r\u0007\nall copied\r\u001b[39;49m\n",
    ),
    [
      "[ ok ] restarting",
      "copying files",
      "fetching",
      " RROR: locked",
      "starting sshd       [ OK ]",
      "lock is held",
      "FAILED",
      "all copied",
    ],
  );
});

test("the diff of a file with CRLF keeps its text and colours", () => {
  assert.deepEqual(logOf(`${ESC}[32m+${ESC}[m${ESC}[32mallowed = false${ESC}[m\r\r\n context\r\r\n`), [
    `${ESC}[32m+allowed = false${ESC}[0m`,
    " context",
  ]);
});

test("a line that a progress display cleared contains what was printed last", () => {
  assert.deepEqual(logOf("fetching 10%\r\u001b[Kfetching 100%\r\u001b[KBackport cancelled.\n"), [
    "Backport cancelled.",
  ]);
  assert.deepEqual(logOf("fetching 100%\u001b[2K\u001b[1GBackport cancelled.\n"), ["Backport cancelled."]);
});

test("a spinner and a multi-line display leave as many lines as a terminal shows", () => {
  const frames = Array.from({ length: 60 }, (_, index) => `\u001b[2K\u001b[1G* building ${index}/60`).join(
    "",
  );
  assert.deepEqual(logOf(`${frames}\u001b[2K\u001b[1Gbuilt\nchecking |\b/\b-\b\\\bok\n`), [
    "built",
    "checking ok",
  ]);
  const redraw = (state: string): string =>
    `\u001b[3A${["a", "b", "c"].map((name) => `\u001b[2K\r${name}: ${state}\n`).join("")}`;
  assert.deepEqual(logOf(`a: wait\nb: wait\nc: wait\n${redraw("1/2")}${redraw("done")}`), [
    "a: done",
    "b: done",
    "c: done",
  ]);
});

test("colour continues after the end of a line, and each line is self-contained", () => {
  assert.deepEqual(logOf(`${ESC}[31mthree lines\nin red\n${ESC}[0mplain\n${ESC}[1;33mbold\nyellow`), [
    `${ESC}[31mthree lines${ESC}[0m`,
    `${ESC}[31min red${ESC}[0m`,
    "plain",
    `${ESC}[1;33mbold${ESC}[0m`,
    `${ESC}[1;33myellow${ESC}[0m`,
  ]);
});

test("equal content has equal text, however it was written", () => {
  const forms = [
    `${ESC}[1;31mred${ESC}[0m`,
    `${ESC}[31m${ESC}[1mred`,
    `${ESC}[38;5;1;1mr${ESC}[mx\b${ESC}[01;31med`,
    `${ESC}[4m${ESC}[24;31;1mred`,
    `${ESC}[58;5;3;1;38:5:1mred`,
  ];
  for (const form of forms) assert.deepEqual(logOf(form), [`${ESC}[1;31mred${ESC}[0m`]);
});

test("SGR with colons is interpreted", () => {
  assert.deepEqual(logOf(`${ESC}[38:2::255:0:0mred${ESC}[0m ${ESC}[4:3mcurly${ESC}[0m`), [
    `${ESC}[38;2;255;0;0mred${ESC}[0m ${ESC}[4:3mcurly${ESC}[0m`,
  ]);
  assert.deepEqual(logOf(`${ESC}[1;31mbold red ${ESC}[4:0mstill${ESC}[0m ${ESC}[58:5:1mnot bold${ESC}[0m`), [
    `${ESC}[1;31mbold red still${ESC}[0m not bold`,
  ]);
  assert.deepEqual(logOf(`${ESC}[31;48:2::0:0:128mnavy${ESC}[0m ${ESC}[9mstruck${ESC}[0m`), [
    `${ESC}[31;48;2;0;0;128mnavy${ESC}[0m ${ESC}[9mstruck${ESC}[0m`,
  ]);
});

test("a colour may begin with semicolons and end with colons", () => {
  for (const [written, drawn] of [
    ["38;5:9", "91"],
    ["38;2::1:2:3", "38;2;1;2;3"],
    ["38;2:1:2:3", "38;2;1;2;3"],
    ["38;2;1:2:3", "38;2;1;2;3"],
    ["48;2;1;2:3", "48;2;1;2;3"],
    ["4;58;5:9", "4;58;5;9"],
    ["38;5:9;1", "1;91"],
  ]) {
    assert.deepEqual(logOf(`${ESC}[${written}mx`), [`${ESC}[${drawn}mx${ESC}[0m`], written);
  }
});

test("a DEL is ignored, also in a sequence and between a character and its repetition", () => {
  assert.deepEqual(logOf(`${ESC}(\u007f0q`), ["\u2500"]);
  assert.deepEqual(logOf(`\u00e9\u007f${ESC}[1b`), ["\u00e9\u00e9"]);
  assert.deepEqual(logOf(`a\u007f${ESC}[2b`), ["aaa"]);
});

test("links to web and mail addresses are kept", () => {
  const link = (target: string, text: string): string =>
    `${ESC}]8;;${target}${ESC}\\${text}${ESC}]8;;${ESC}\\`;
  const kept = `see ${link("https://example.org/T1", "the task")}.`;
  assert.deepEqual(logOf(kept), [kept]);
  assert.deepEqual(logOf(`${ESC}]8;id=1;https://example.org/\u0007a${ESC}[1mb${ESC}]8;;\u0007c`), [
    `${ESC}]8;;https://example.org/${ESC}\\a${ESC}[1mb${ESC}[0m${ESC}]8;;${ESC}\\${ESC}[1mc${ESC}[0m`,
  ]);
  for (const target of [
    "javascript:alert(1)",
    "file:///etc/passwd",
    "https://a b",
    `https://${"x".repeat(3000)}`,
  ]) {
    assert.deepEqual(logOf(link(target, "text")), ["text"]);
  }
});

test("line drawing is readable", () => {
  assert.deepEqual(logOf(`${ESC}(0lqk${ESC}(B Continue? [y/N]`), ["┌─┐ Continue? [y/N]"]);
});

test("a program on the alternate screen leaves nothing in the log", () => {
  assert.deepEqual(logOf("before\n\u001b[?1049h\u001b[Hediting\n\n\u001b[?1049lafter\n"), [
    "before",
    "after",
  ]);
});

test("a line that the terminal wrapped is one line", () => {
  const long = "word ".repeat(100);
  assert.deepEqual(logOf(`${long}\nnext`), [long, "next"]);
  assert.deepEqual(logOf(`${ESC}[31m${"漢".repeat(200)}${ESC}[0m\n`), [
    `${ESC}[31m${"漢".repeat(200)}${ESC}[0m`,
  ]);
});

test("a full reset keeps what was printed before it", () => {
  assert.deepEqual(logOf("one\ntwo\u001bcthree\n"), ["one", "two", "three"]);
});

test("a line has the time of its last change", () => {
  const emulator = draw("one\r\ntwo\r\n", "\u001b[2A\u001b[2Kagain\r\n\n", "three");
  assert.deepEqual(emulator.live(), [
    { text: "again", at: 2 },
    { text: "two", at: 1 },
    { text: "three", at: 3 },
  ]);
});

test("lines settle when they leave the screen, and their numbers continue", () => {
  const emulator = draw(Array.from({ length: 120 }, (_, index) => `${index + 1}\r\n`).join(""));
  const settled = emulator.takeSettled();

  assert.equal(emulator.settledCount, settled.length);
  assert.equal(settled[70]?.text, "71");
  assert.equal(emulator.live()[0]?.text, String(settled.length + 1));
  assert.equal(emulator.live().length, 50);
  assert.equal(emulator.cursorLineNumber(), 121);
  assert.deepEqual(emulator.takeSettled(), []);
});

test("live lines end with the cursor or the last content", () => {
  assert.deepEqual(
    draw("one\r\n\r\n")
      .live()
      .map(({ text }) => text),
    ["one", "", ""],
  );
  assert.deepEqual(
    draw("one\r\ntwo\r\n\u001b[H")
      .live()
      .map(({ text }) => text),
    ["one", "two"],
  );
  assert.equal(draw("one\r\ntwo\r\n\u001b[H").cursorLineNumber(), 1);
});

test("the end of a program settles everything but the empty line that the cursor is in", () => {
  assert.deepEqual(logOf("one\n\n\n"), ["one", "", ""]);
  assert.deepEqual(logOf("one\ntwo"), ["one", "two"]);
  assert.deepEqual(logOf(""), []);
});

test("a line is completed when the cursor leaves it by a line feed, once for each text", () => {
  const emulator = draw("one\r\n\u001b[31mtwo\u001b[0m", "\r\n\u001b[A\r\n\u001b[Atwo again\r\nthree");

  assert.deepEqual(emulator.takeCompleted(), [
    { n: 1, text: "one" },
    { n: 2, text: "two" },
    { n: 2, text: "two again" },
  ]);
  assert.deepEqual(emulator.takeCompleted(), []);
  emulator.end();
  assert.deepEqual(emulator.takeCompleted(), [{ n: 3, text: "three" }]);
});

test("a completed line has its number in the log, wrapped lines above it or scrolled away", () => {
  const emulator = draw(`${"a".repeat(200)}\r\n`.repeat(40) + "b\r\n".repeat(30), "\u001b[5Axyz\r\n");

  assert.deepEqual(
    emulator.takeCompleted().map(({ n }) => n),
    [...Array.from({ length: 70 }, (_, index) => index + 1), 66],
  );
});

test("a long line that was completed is not completed again when it settles", () => {
  const emulator = draw(`${"漢".repeat(100 * 60)}\r\n`, "\u001b[60B" + "\n".repeat(60));

  assert.equal(emulator.takeCompleted().filter(({ text }) => text !== "").length, 1);
});

test("a completed line is whole when the terminal wrapped it, and bounded", () => {
  assert.deepEqual(draw(`${"a".repeat(200)}\r\n`).takeCompleted(), [{ n: 1, text: "a".repeat(200) }]);
  assert.deepEqual(draw(`${"a".repeat(20_000)}\r\n`).takeCompleted(), [{ n: 1, text: "a".repeat(4096) }]);
});

test("queries get the replies of a terminal", () => {
  const emulator = draw("measuring\u001b[6n\u001b[5n\u001b[c\u001b[>c\u001b[?6n");

  assert.deepEqual(emulator.takeReplies(), [
    "\u001b[1;10R",
    "\u001b[0n",
    "\u001b[?1;2c",
    "\u001b[>0;276;0c",
    "\u001b[?1;10R",
  ]);
  assert.deepEqual(emulator.takeReplies(), []);
});

test("a request for a mode gets its state, and one for an unknown mode or a setting is not recognised", () => {
  const emulator = draw(
    "\u001b[?25l\u001b[4h\u001b[?25$p\u001b[?7$p\u001b[4$p\u001b[?1000$p\u001b[99$p\u001bP$qm\u001b\\",
  );

  assert.deepEqual(emulator.takeReplies(), [
    "\u001b[?25;2$y",
    "\u001b[?7;1$y",
    "\u001b[4;1$y",
    "\u001b[?1000;0$y",
    "\u001b[99;0$y",
    "\u001bP0$r\u001b\\",
  ]);
});

test("marks without a base at the end of a full row leave the cursor on the screen", () => {
  const emulator = draw(`\u001b[160Gk\u0007\u0308\u0323`);

  assert.equal(emulator.live()[0]?.text.trim(), "k");
  assert.equal(emulator.screen().cursorRow, 0);
});

test("the modes that decide how keys are sent are known", () => {
  const emulator = draw("\u001b[?1h\u001b[?2004h\u001b[?1049h");

  assert.deepEqual(emulator.modes, {
    alternate: true,
    applicationCursorKeys: true,
    bracketedPaste: true,
    cursorHidden: false,
  });
  emulator.write(Buffer.from("\u001b[?1l\u001b[?2004l\u001b[?1049l"), 2);
  assert.deepEqual(emulator.modes, {
    alternate: false,
    applicationCursorKeys: false,
    bracketedPaste: false,
    cursorHidden: false,
  });
});
