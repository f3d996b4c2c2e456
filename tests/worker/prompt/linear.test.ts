// Processing any output takes time in proportion to its length: one job's output must block neither the other jobs of its
// worker nor the web process that shows it.
import { test } from "node:test";
import { lineFinder, plainText } from "#lib/domain/log-text.ts";
import { createEvidence } from "../../../worker/output/evidence.ts";
import { createPhaseTracker } from "../../../worker/output/phases.ts";
import { progressIn } from "../../../worker/output/progress.ts";
import { recogniseBuried } from "../../../worker/prompt/buried.ts";
import { createBuriedTail } from "../../../worker/prompt/buried-tail.ts";
import { createKeyMask } from "../../../worker/prompt/key-mask.ts";
import { createProtocolParser } from "../../../worker/prompt/protocol.ts";
import { questionOf } from "../../../worker/prompt/protocol-messages.ts";
import { recognise, unrecognised } from "../../../worker/prompt/recognise.ts";
import type { TerminalMode } from "../../../holder/protocol/messages.ts";
import type { Snapshot } from "../../../worker/prompt/types.ts";
import { assertLinear } from "./growth.ts";

const KEY = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f1";
const MODES: readonly TerminalMode[] = ["line", "secret", "key", "unknown"];

/** Each is repeated: the beginnings, middles and ends of the recognised texts. */
const UNITS = [
  " ",
  ")",
  "]",
  "[",
  "(",
  ".",
  "'",
  "a",
  "1",
  "/",
  ": ",
  "- ",
  "% (",
  "{ ",
  '{"',
  '"}',
  "12:00:00 ",
  "12:00:00 Started ",
  " (duration: ",
  "x: 42% (ok: 1; fail: 0; left: ",
  " (default: [",
  "[y/N]: ",
  "(y/n) ",
  "[y]es/",
  "(a)b, ",
  "-> ",
  " (9 s)",
  ", 9 s",
  "00:09 ",
  "(y/N",
  "[a] b ",
  "press enter ",
  " failed.",
  "Invalid choice: '",
  "password ",
  " on a returned [1",
  "a aborted: ",
  "(END)",
  "lines 1-2 ",
  "漢",
  "e\u0301",
];
const STARTS = ["", "12:00:00 ", "What station do you want "];
const ENDS = ["x", ": ", "[y/N]: ", " (default: [y]): "];
/** With the beginnings of answers and times only, which are searched for in front of them. */
const TIMED_ENDS = ["(y/N, in 9 s)? ", " (default: [y]) (9 s): ", "[y]es/[n]o: "];
const TIMED_UNITS = [" ", "(", " (default: [", "[y]es/", "(a)b, ", " (9 s)", "00:09 ", "(y/N"];

const repeated = (unit: string, length: number) => unit.repeat(Math.ceil(length / unit.length));

/** Every beginning with every unit, and every unit with every end: most recognisers check one of the two. */
const LINES = [
  ...UNITS.flatMap((unit) => [
    ...STARTS.map((start) => ({ start, unit, end: "" })),
    ...ENDS.map((end) => ({ start: "Check this", unit, end })),
  ]),
  ...TIMED_UNITS.flatMap((unit) => TIMED_ENDS.map((end) => ({ start: "Check this", unit, end }))),
];

for (const [what, work] of [
  ["evidence", (text: string) => createEvidence().take({ text, n: 1 })],
  ["phases", (text: string) => createPhaseTracker({ open: [], count: 0 }).push({ n: 1, text }, new Date())],
  ["progress", progressIn],
  ["the search in the log", lineFinder("Backport")],
] as const) {
  test(`${what} are found in time in proportion to a line`, () => {
    for (const { start, unit, end } of LINES) {
      assertLinear(`${start}${unit}…${end}`, (length) => start + repeated(unit, length) + end, work);
    }
  });
}

test("the text of a line is found in time in proportion to its escape sequences", () => {
  for (const unit of [
    "\x1b",
    "\x1b[",
    "\x1b[m",
    "\x1b[1;",
    "\x1b]",
    "\x1b]8;;",
    "\x1b]8;;x\x07",
    "\x1b ",
    "\x07",
  ]) {
    assertLinear(JSON.stringify(unit), (length) => repeated(unit, length), plainText);
  }
});

function snapshotOf(lines: readonly string[]): Snapshot {
  const last = lines.at(-1) ?? "";
  return {
    position: 1,
    lines: lines.map((text) => ({ text, bold: [], coloured: false, isWrapped: false })),
    cursorRow: lines.length - 1,
    cursorColumn: last.length,
    cursorOffset: last.length,
    alternate: false,
  };
}

function recogniseAll(snapshot: Snapshot): void {
  for (const mode of MODES) {
    for (const how of ["read", "poll"] as const) recognise(snapshot, { mode, how });
    unrecognised(snapshot, { mode, how: "read" });
  }
  recogniseBuried(snapshot);
  recogniseBuried({ ...snapshot, buried: snapshot });
}

test("a question is recognised in time in proportion to its line", () => {
  for (const { start, unit, end } of LINES) {
    assertLinear(
      `${start}${unit}…${end}`,
      (length) => snapshotOf([start + repeated(unit, length) + end]),
      recogniseAll,
    );
  }
});

test("a question is recognised in time in proportion to the lines above it", () => {
  for (const unit of UNITS) {
    for (const end of ["Continue? [y/N]: ", "What do you want to do? (default: [y]): ", ""]) {
      assertLinear(
        `${unit}… above ${end}`,
        (length) =>
          snapshotOf(["[y] Yes", repeated(unit, length), "", repeated(unit, length), "[n] No", end]),
        recogniseAll,
      );
      assertLinear(
        `lines of ${unit} above ${end}`,
        (length) => snapshotOf([...Array.from({ length: length / 16 }, () => repeated(unit, 16)), end]),
        recogniseAll,
      );
    }
  }
});

test("an announced question takes time in proportion to its text", () => {
  for (const unit of [...UNITS, "\x1b[", "\x1b[1;", "\n", "\0"]) {
    assertLinear(
      JSON.stringify(unit),
      (length) => repeated(unit, length),
      (text) =>
        questionOf({
          type: "interaction",
          subtype: "choices",
          prompt: text,
          choices: [
            [text, text],
            ["yes", "y"],
          ],
        }),
    );
  }
});

const PIECE_BYTES = 16;

/** As one piece, and in small ones, as a slow program would print it. */
function inPieces(text: string): Buffer[][] {
  const whole = Buffer.from(text);
  const pieces: Buffer[] = [];
  for (let at = 0; at < whole.length; at += PIECE_BYTES) pieces.push(whole.subarray(at, at + PIECE_BYTES));
  return [[whole], pieces];
}

const PROTOCOL_UNITS = [
  ...UNITS,
  "\n",
  KEY,
  KEY.slice(0, 40),
  `{"iokey":"${KEY}",`,
  `{"iokey":"${KEY}"}`,
  `{"iokey":"${KEY}"}\n`,
  `{"type":"status","status":"x","iokey":"${KEY}"}\n`,
];

for (const [what, work] of [
  [
    "the protocol's parser",
    (pieces: Buffer[]) => {
      const parser = createProtocolParser(KEY);
      for (const piece of pieces) parser.push(piece);
      parser.flush();
    },
  ],
  [
    "the mask of its key",
    (pieces: Buffer[]) => {
      const mask = createKeyMask(Buffer.from(KEY));
      for (const piece of pieces) mask.push(piece);
      mask.flush();
    },
  ],
  [
    "the search for a buried question",
    (pieces: Buffer[]) => {
      const buried = createBuriedTail();
      for (const piece of pieces) buried.add(piece, 1);
      buried.tail();
    },
  ],
] as const) {
  test(`${what} takes time in proportion to the bytes, regardless of chunking`, () => {
    for (const unit of PROTOCOL_UNITS) {
      for (const [index] of inPieces("").entries()) {
        assertLinear(
          `${JSON.stringify(unit)} ${index === 0 ? "at once" : "in pieces"}`,
          (length) => inPieces(`{"${repeated(unit, length)}`)[index] ?? [],
          work,
        );
      }
    }
  });
}
