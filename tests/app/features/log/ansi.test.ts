import assert from "node:assert/strict";
import { test } from "node:test";
import { plainText } from "#lib/domain/log-text.ts";
import { parseAnsi } from "../../../../app/features/log/ansi.ts";
import { PLAIN, type Style } from "../../../../app/features/log/ansi-sgr.ts";

const ESC = "\u001b";

type Expected = [text: string, style: Partial<Style>, href?: string];

function check(line: string, expected: Expected[]): void {
  assert.deepEqual(
    parseAnsi(line),
    expected.map(([text, style, href = null]) => ({ text, style: { ...PLAIN, ...style }, href })),
  );
}

test("colours and bold text become runs of styled text", () => {
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

test("every SGR attribute can be reset", () => {
  const attributes: [on: string, off: string, style: Partial<Style>][] = [
    ["2", "22", { dim: true }],
    ["3", "23", { italic: true }],
    ["4", "24", { underline: "single" }],
    ["21", "24", { underline: "double" }],
    ["7", "27", { inverse: true }],
    ["8", "28", { conceal: true }],
    ["9", "29", { struck: true }],
    ["53", "55", { overline: true }],
    ["38;5;9", "39", { colour: 9 }],
    ["48;5;9", "49", { background: 9 }],
    ["58;5;9", "59", { underlineColour: 9 }],
  ];
  for (const [on, off, style] of attributes) {
    check(`${ESC}[${on}mon${ESC}[${off}moff`, [
      ["on", style],
      ["off", {}],
    ]);
  }
});

test("256 colours and RGB are supported, with semicolons and with colons", () => {
  check(`${ESC}[38;5;9mx`, [["x", { colour: 9 }]]);
  check(`${ESC}[38;5;196mx`, [["x", { colour: "#ff0000" }]]);
  check(`${ESC}[38:5:196mx`, [["x", { colour: "#ff0000" }]]);
  check(`${ESC}[48;2;1;2;300mx`, [["x", { background: "#0102ff" }]]);
  check(`${ESC}[38:2::255:0:0mx`, [["x", { colour: "#ff0000" }]]);
  check(`${ESC}[38:2:255:0:0mx`, [["x", { colour: "#ff0000" }]]);
  check(`${ESC}[31;48:2::0:0:128;1mx`, [["x", { colour: 1, background: "#000080", bold: true }]]);
  check(`${ESC}[38;2;1;2;3;48;5;1;4mx`, [["x", { colour: "#010203", background: 1, underline: "single" }]]);
});

test("a sub-parameter after a colon is not an attribute of its own", () => {
  check(`${ESC}[4:3mx`, [["x", { underline: "curly" }]]);
  check(`${ESC}[4:5mx${ESC}[4:0my`, [
    ["x", { underline: "dashed" }],
    ["y", {}],
  ]);
  check(`${ESC}[1;31mx${ESC}[4:0my`, [
    ["x", { bold: true, colour: 1 }],
    ["y", { bold: true, colour: 1 }],
  ]);
  check(`${ESC}[58:5:1mx`, [["x", { underlineColour: 1 }]]);
  check(`${ESC}[58:2::1:2:3mx`, [["x", { underlineColour: "#010203" }]]);
});

test("an incomplete colour is ignored, including the parameters after it", () => {
  check(`${ESC}[38;5mx`, [["x", {}]]);
  check(`${ESC}[38;7;1mx`, [["x", {}]]);
  check(`${ESC}[38:5mx`, [["x", {}]]);
  check(`${ESC}[38;5;999mx`, [["x", {}]]);
});

test("other escape sequences and control characters are dropped, and the text between them is kept", () => {
  check(`a${ESC}[2Kb${ESC}[?25lc${ESC}]0;title\u0007d${ESC}(Be\u0007f\rg${ESC}`, [["abcdefg", {}]]);
  check(`${ESC}[?1mnot bold`, [["not bold", {}]]);
  check(`cut ${ESC}[31`, [["cut ", {}]]);
  check(`cut ${ESC}]8;;https://example.org`, [["cut ", {}]]);
});

test("OSC 8 links are kept if they are http or https URLs", () => {
  const link = (target: string, text: string) => `${ESC}]8;id=1;${target}${ESC}\\${text}${ESC}]8;;${ESC}\\`;
  check(`see ${link("https://example.org/T1", "the task")}.`, [
    ["see ", {}],
    ["the task", {}, "https://example.org/T1"],
    [".", {}],
  ]);
  check(`${ESC}]8;;http://x${"\u0007"}a${ESC}]8;;${"\u0007"}b`, [
    ["a", {}, "http://x"],
    ["b", {}],
  ]);
  for (const target of ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "//example.org"]) {
    check(link(target, "x"), [["x", {}]]);
  }
});

test("URLs become links, also when the colour changes inside them", () => {
  check(`at https://example.org/plain.`, [
    ["at ", {}],
    ["https://example.org/plain", {}, "https://example.org/plain"],
    [".", {}],
  ]);
  const url = "https://example.org/a/b";
  check(`${ESC}[1mhttps://example.org/${ESC}[0;32ma/b${ESC}[0m c`, [
    ["https://example.org/", { bold: true }, url],
    ["a/b", { colour: 2 }, url],
    [" c", {}],
  ]);
});

test("invisible and bidirectional control characters are not shown", () => {
  check("Started \u202eback llor\u202c of \u2067x\u2069", [["Started back llor of x", {}]]);
  check("a\u061cb\u200bc\u2060d\ufeffe\u200ff\u{e0041}g", [["abcdefg", {}]]);
  assert.equal(plainText("a\u202eb"), "ab");
});

test("combining marks are kept up to a limit", () => {
  check("e\u0301", [["e\u0301", {}]]);
  check(`Z${"\u0335\u0301".repeat(500)}algo`, [["Z\u0335\u0301\u0335\u0301algo", {}]]);
});

test("tabs and non-Latin letters are kept", () => {
  check("a\tb 日本 🐌 हिन्दी", [["a\tb 日本 🐌 हिन्दी", {}]]);
});

test("an empty line has no runs, and the plain text is the text without styles", () => {
  check("", []);
  check(`${ESC}[0m`, []);
  assert.equal(plainText(`${ESC}[1m[r] Retry${ESC}[0m`), "[r] Retry");
});
