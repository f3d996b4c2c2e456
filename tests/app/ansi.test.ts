import assert from "node:assert/strict";
import { test } from "node:test";
import { plainText } from "#lib/domain/log-text.ts";
import { parseAnsi, PLAIN, type Style } from "../../app/lib/ansi.ts";

const ESC = "\x1b";

function check(line: string, expected: [string, Partial<Style>][]): void {
  assert.deepEqual(
    parseAnsi(line),
    expected.map(([text, style]) => ({ text, style: { ...PLAIN, ...style } })),
  );
}

test("colours, bold and their ends become runs of styled text", () => {
  check(`${ESC}[32m12:00:01 Started sync${ESC}[0m`, [["12:00:01 Started sync", { colour: 2 }]]);
  check(`a ${ESC}[1mb${ESC}[22m c`, [
    ["a ", {}],
    ["b", { bold: true }],
    [" c", {}],
  ]);
  check(`${ESC}[41;37mbad${ESC}[m rest`, [
    ["bad", { colour: 7, background: 1 }],
    [" rest", {}],
  ]);
  check(`${ESC}[93mbright${ESC}[39m`, [["bright", { colour: 11 }]]);
});

test("nothing in a line turns the direction of what follows", () => {
  check("Started \u202eback llor\u202c of \u2067x\u2069", [["Started back llor of x", {}]]);
  assert.equal(plainText("a\u202eb"), "ab");
});

test("256 and true colours are understood, and nonsense after them is not taken for attributes", () => {
  check(`${ESC}[38;5;9mx`, [["x", { colour: 9 }]]);
  check(`${ESC}[38;5;196mx`, [["x", { colour: "#ff0000" }]]);
  check(`${ESC}[48;2;1;2;300mx`, [["x", { background: "#0102ff" }]]);
  check(`${ESC}[38;5mx`, [["x", {}]]);
  check(`${ESC}[38;7;1mx`, [["x", {}]]);
});

test("every other escape sequence and control character is dropped, text between them stays", () => {
  check(`a${ESC}[2Kb${ESC}[?25lc${ESC}]0;title\x07d${ESC}(Be\x07f\rg${ESC}`, [["abcdefg", {}]]);
  check(`${ESC}]8;;http://x${ESC}\\link${ESC}]8;;${ESC}\\`, [["link", {}]]);
  check(`${ESC}[?1mnot bold`, [["not bold", {}]]);
});

test("tabs and any other letters of the world stay", () => {
  check("a\tb 日本 🐌", [["a\tb 日本 🐌", {}]]);
});

test("an empty line has no runs, and the plain text is the text without its colours", () => {
  check("", []);
  check(`${ESC}[0m`, []);
  assert.equal(plainText(`${ESC}[1m[r] Retry${ESC}[0m`), "[r] Retry");
});
