import assert from "node:assert/strict";
import { test } from "node:test";
import { type AnswerValue, answerText } from "#lib/domain/interaction.ts";
import type { Interaction } from "#lib/contract/interaction.ts";
import { joinLabels } from "#lib/domain/press-label.ts";
import { historyEntries, pressRuns } from "../../../app/text/key-press-history.ts";
import { shownQuestion } from "../../../app/features/question/shown-question.ts";
import { aQuestion, AT } from "../wire-samples.ts";

let lastId = 0;
const later = (seconds: number) => new Date(Date.parse(AT) + seconds * 1000).toISOString();

function pressed(value: AnswerValue, by = "alice", seconds = 0): Interaction {
  lastId += 1;
  const options = [{ text: "Close the pager", value: "q" }];
  return aQuestion({
    id: lastId,
    kind: "screen",
    options,
    state: "answered",
    answer: {
      value,
      text: answerText(options, value),
      answeredBy: by,
      answeredAt: later(seconds),
      delivery: "consumed",
      errorsAtAnswer: null,
    },
  });
}

test("consecutive key presses are one entry of the history, and a question between them ends it", () => {
  const entries = historyEntries([
    pressed({ key: "down" }),
    pressed({ key: "enter" }),
    aQuestion(),
    pressed("q"),
  ]);

  assert.deepEqual(
    entries.map((entry) => (entry.kind === "screen" ? entry.interactions.length : entry.kind)),
    [2, "question", 1],
  );
});

test("key presses are grouped by person in order, with the time of the first and the last", () => {
  const runs = pressRuns([
    pressed({ key: "down" }, "alice", 0),
    pressed({ key: "down" }, "alice", 2),
    pressed({ key: "enter" }, "alice", 5),
    pressed("wq", "bob", 9),
    pressed("q", "bob", 11),
  ]);

  assert.deepEqual(runs, [
    { by: "alice", keys: "Down, Down, Enter", from: later(0), to: later(5) },
    { by: "bob", keys: "“wq”, Close the pager", from: later(9), to: later(11) },
  ]);
});

test("a key that is pressed many times is counted", () => {
  assert.equal(joinLabels(["Up", "Up", "Down", "Down", "Down", "Up"]), "Up, Up, Down × 3, Up");
  assert.equal(joinLabels([]), "");
});

test("between two key presses the screen stays on the page, but only while the program shows it", () => {
  const screen = { rows: ["menu"], cursorRow: 0, cursorColumn: 0, isAlternate: true };
  const answered = pressed({ key: "down" });
  const job = { state: "running", interactions: [answered], pendingInteraction: null } as const;

  assert.equal(shownQuestion({ ...job, interactions: [...job.interactions] }, screen), answered);
  assert.equal(shownQuestion({ ...job, interactions: [...job.interactions] }, null), null);
  assert.equal(shownQuestion({ ...job, state: "succeeded", interactions: [answered] }, screen), null);
  assert.equal(shownQuestion({ ...job, interactions: [answered, aQuestion()] }, screen), null);
});
