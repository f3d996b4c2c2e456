// What the page does with text that programs print takes time in proportion to its length, however hostile it is.
import { test } from "node:test";
import { lineFinder } from "#lib/domain/log-text.ts";
import { visibleText } from "#lib/domain/visible-text.ts";
import { parseAnsi } from "../../app/features/log/ansi.ts";
import { messageBlocks, questionLine, screenText } from "#lib/domain/question-text.ts";
import { linkParts } from "../../app/text/link-parts.ts";
import { questionParts } from "../../app/features/question/question-parts.ts";
import { displayWidth } from "../../app/features/log/row-model.ts";
import { matchesInNodes } from "../../app/features/log/text-matches.ts";
import { findUrls } from "../../app/text/web-links.ts";
import { phaseLabel } from "../../app/text/labels.ts";
import { assertLinear } from "../worker/prompt/growth.ts";

const repeated = (part: string) => (length: number) => part.repeat(Math.ceil(length / part.length));
const around = (before: string, part: string, after: string) => (length: number) =>
  `${before}${repeated(part)(length)}${after}`;

const HOSTILE: Readonly<Record<string, (length: number) => string>> = {
  letters: repeated("a"),
  spaces: around("Check this", " ", ")\nContinue? [y/N]: "),
  "closing brackets": around("https://example.org/", ")", "\nContinue?"),
  "all brackets": around("https://example.org/", "([{)]}", " ."),
  "empty lines": around("a", "\n", "b"),
  "spaces and lines": around("a", " \n", "b"),
  "resets without text": around("", "\u001b[m", "x"),
  "escapes alone": repeated("\u001b"),
  "sequences without an end": repeated("\u001b["),
  "strings without an end": repeated("\u001b]8;;"),
  "one long parameter": around("\u001b[", "1;", "mx"),
  "many colours": repeated("\u001b[38;2;1;2;3mx"),
  "schemes alone": repeated("https://"),
  "addresses without a space": repeated("xhttps://a."),
  "many addresses": repeated("https://a.example/b, "),
  colons: repeated(":"),
  "task numbers": repeated("T123456"),
  "combining marks": around("Z", "\u0301", ""),
  "invisible characters": repeated("\u200b"),
  "lines of a table": repeated("│ "),
  "wide characters": repeated("日"),
};

type Recogniser = (text: string) => unknown;

const RECOGNISERS: Readonly<Record<string, Recogniser>> = {
  "colours and links of a line": parseAnsi,
  "web addresses": findUrls,
  "links of a text": (text) => linkParts(text, "https://tasks.example/{task}"),
  "blocks of a message": messageBlocks,
  "the question of a message": questionLine,
  "an unrecognised prompt": screenText,
  "the parts of a question": (text) => questionParts({ message: text, recognised: true }, [1]),
  "hidden characters": visibleText,
  "the width of a line": displayWidth,
  "the search in a line": lineFinder("https://b"),
  "the name of a phase": phaseLabel,
};

for (const [what, recognise] of Object.entries(RECOGNISERS)) {
  test(`${what}: time in proportion to the length`, () => {
    for (const [name, make] of Object.entries(HOSTILE)) assertLinear(name, make, recognise);
  });
}

test("marking the matches in a row of many nodes: time in proportion to the length", () => {
  assertLinear(
    "nodes of one letter",
    (length) => Array.from({ length }, () => "a"),
    (texts) => matchesInNodes(texts, "a"),
  );
});
