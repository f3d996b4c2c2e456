import assert from "node:assert/strict";
import { test } from "node:test";
import { visibleText } from "#lib/domain/visible-text.ts";

test("invisible and bidirectional characters are removed, everything else stays", () => {
  const invisible = [
    0x00ad, 0x061c, 0x200b, 0x200c, 0x200d, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202e, 0x2060, 0x2064,
    0x2066, 0x2069, 0x3164, 0xfeff, 0xfff9, 0xe0041, 0x0007, 0x001b, 0x0085,
  ];
  for (const code of invisible) {
    assert.equal(visibleText(`a${String.fromCodePoint(code)}b`), "ab", `U+${code.toString(16)}`);
  }
  for (const text of ["", "plain\ttext\nof lines", "日本 🐌 ❤\ufe0f", "مرحبا", "हिन्दी", "עִבְרִית"]) {
    assert.equal(visibleText(text), text);
  }
});

test("a character has at most four combining marks", () => {
  assert.equal(visibleText("e\u0301\u0302\u0303\u0304"), "e\u0301\u0302\u0303\u0304");
  assert.equal(
    visibleText(`e${"\u0301".repeat(500)}x${"\u0302".repeat(5)}`),
    "e\u0301\u0301\u0301\u0301x\u0302\u0302\u0302\u0302",
  );
  const astral = "\u{1e130}";
  assert.equal(visibleText(`x${astral.repeat(9)}`), `x${astral.repeat(4)}`);
});
