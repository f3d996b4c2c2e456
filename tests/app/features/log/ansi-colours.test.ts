// Every combination of colours that a program can choose can be read, in both themes.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  contrast,
  CONTRAST_MIN,
  fromHex,
  BASE_COLOURS,
  readable,
  type Rgb,
  type Theme,
  toHex,
} from "../../../../app/features/log/ansi-colours.ts";
import { cssOf, pair } from "../../../../app/features/log/ansi-css.ts";
import { applySgr, type Colour, PLAIN } from "../../../../app/features/log/ansi-sgr.ts";

const THEMES: readonly Theme[] = ["light", "dark"];
const PALETTE = Array.from({ length: 256 }, (_, index) => applySgr(PLAIN, `38;5;${index}`).colour);
const EXACT = ["#141414", "#00005f", "#ffffff", "#000000", "#808080", "#00ff00", "#ff00ff"];
const COLOURS: readonly Colour[] = [null, ...PALETTE, ...EXACT];
const BACKGROUNDS: readonly Colour[] = [
  null,
  ...PALETTE.filter((_, index) => index % 5 === 0 || index < 16),
  ...EXACT,
];

test("the contrast follows the definition of WCAG", () => {
  assert.equal(contrast([0, 0, 0], [255, 255, 255]), 21);
  assert.equal(contrast([255, 255, 255], [255, 255, 255]), 1);
  assert.ok(Math.abs(contrast(fromHex("#777777"), [255, 255, 255]) - 4.48) < 0.01);
});

test("text of any colour on any background has a contrast of at least 4.5 in both themes", () => {
  for (const theme of THEMES) {
    for (const colour of COLOURS) {
      for (const background of BACKGROUNDS) {
        for (const inverse of [false, true]) {
          for (const dim of [false, true]) {
            const { text, fill } = pair({ ...PLAIN, colour, background, inverse, dim }, theme);
            const ratio = contrast(text, fill);
            assert.ok(
              ratio >= CONTRAST_MIN,
              `${ratio.toFixed(2)}: ${colour} on ${background}, ${theme}, inverse ${inverse}, dim ${dim}`,
            );
          }
        }
      }
    }
  }
});

test("a readable colour is unchanged, and an adjusted one keeps its hue", () => {
  assert.deepEqual(readable(fromHex("#b32424"), [255, 255, 255]), fromHex("#b32424"));
  const [red, green, blue] = readable(fromHex("#00005f"), BASE_COLOURS.dark.surface) as Rgb;
  assert.ok(blue > red && blue > green && red === green, `navy became ${toHex([red, green, blue])}`);
});

test("styles have colours for both themes, and plain text has none", () => {
  assert.deepEqual(cssOf(applySgr(PLAIN, "33;1;3")), {
    color: "light-dark(#7a5600, #dca93a)",
    fontWeight: 700,
    fontStyle: "italic",
  });
  assert.deepEqual(cssOf(applySgr(PLAIN, "8")), { color: "transparent" });
  assert.equal(cssOf(PLAIN), undefined);
  assert.equal(cssOf(applySgr(applySgr(PLAIN, "31"), "39")), undefined);
});

test("underlines have a style and a colour, and combine with other lines", () => {
  assert.deepEqual(cssOf(applySgr(PLAIN, "4:3;9;53;58:2::0:0:255")), {
    textDecorationLine: "underline line-through overline",
    textDecorationStyle: "wavy",
    textDecorationColor: "#0000ff",
  });
});
