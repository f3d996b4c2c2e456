// Answers that are named in the line of the question, and brackets that are none.
import assert from "node:assert/strict";
import { test } from "node:test";
import { recognise } from "../../../worker/prompt/recognise.ts";
import { createScreen } from "../../../worker/prompt/screen.ts";

function asked(line: string) {
  const screen = createScreen({ columns: 160, rows: 24 });
  screen.feed(Buffer.from(line), 1, 0);
  return recognise(screen.snapshot(), { mode: "line", how: "read" });
}

for (const [line, message, answers, fallback] of [
  [
    "Continue? [y]es/[n]o/[c]ontinue all groups: ",
    "Continue?",
    "y yes, n no, c continue all groups",
    undefined,
  ],
  ["What now? (a)bort, (r)etry or (i)gnore? ", "What now?", "a abort, r retry, i ignore", undefined],
  ["Overwrite? [y]es/[N]o/[a]ll: ", "Overwrite?", "y yes, N No, a all", "N"],
  ['Go? [Y] Yes  [A] Yes to All  [N] No (default is "N"): ', "Go?", "Y Yes, A Yes to All, N No", "N"],
  ["Which? [1] first | [2] second (default: 2) ", "Which?", "1 first, 2 second", "2"],
  ["Continue? [y]es/[n]o/[s]kip (9 s): ", "Continue?", "y yes, n no, s skip", undefined],
] as const) {
  test(`the answers in the line of a question are offered: ${line}`, () => {
    const { kind, message: found, options, default: byDefault } = asked(line);
    const offered = options.map(({ typed, text }) => `${typed} ${text}`).join(", ");
    assert.deepEqual([kind, found, offered, byDefault], ["choices", message, answers, fallback]);
  });
}

test("yes and no in the line of a question are a question for yes or no", () => {
  for (const [line, fallback] of [
    ["Go? [Y]es/[n]o: ", true],
    ["Go? (y)es/(n)o (default: no): ", false],
    ["Go? [y]es/[n]o: ", undefined],
  ] as const) {
    const { kind, message, options, default: found } = asked(line);
    assert.deepEqual([kind, message, found], ["yes_no", "Go?", fallback], line);
    assert.deepEqual(
      options.map(({ typed }) => typed),
      ["y", "n"],
      line,
    );
  }
});

test("brackets that name no answers leave the question a text", () => {
  for (const line of [
    "Restart host(s) in rack (b) now? ",
    "Delete file(s) in dir(s): ",
    "Which of [a] and [b]: ",
    "Host [1]: ",
    "Stage this hunk [y,n,q,a,d,e,?]? ",
    "[a]pply, [a]bort: ",
  ]) {
    assert.equal(asked(line).kind, "text", line);
  }
});
