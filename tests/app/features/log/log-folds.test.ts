import assert from "node:assert/strict";
import { test } from "node:test";
import {
  foldsOf,
  hiddenLines,
  initiallyFolded,
  phasesAround,
} from "../../../../app/features/log/log-folds.ts";
import { aJob, aPhase, aQuestion, AT } from "../../wire-samples.ts";

const phase = (id: number, firstLine: number, lastLine: number | null) =>
  aPhase({ id, firstLine, lastLine, finishedAt: lastLine === null ? null : AT });

test("phases that ended well are folded when the page opens", () => {
  const job = aJob({ phases: [phase(1, 10, 30), phase(2, 40, null), phase(3, 50, 52)] });

  assert.deepEqual([...initiallyFolded(job)], [1], "a running one and a short one stay open");
});

test("a phase stays open if it failed, or contains a question or the first error", () => {
  const failed = aQuestion({ message: "Testserver checks failed.\nWhat do you want to do?", line: 41 });
  const job = aJob({
    phases: [phase(1, 1, 100), phase(2, 5, 15), phase(3, 30, 40), phase(4, 60, 70)],
    interactions: [failed],
    errorLine: 65,
  });

  assert.deepEqual([...initiallyFolded(job)].includes(1), false);
  assert.deepEqual([...initiallyFolded(job)].includes(4), false);
});

test("a folded phase hides everything after its first line, with the phases inside it", () => {
  const job = aJob({ phases: [phase(1, 10, 30), phase(2, 15, 20), phase(3, 31, 35)] });
  const hidden = (...ids: number[]) => hiddenLines(foldsOf(job, (id) => ids.includes(id)));

  assert.deepEqual(hidden(1, 2), [{ from: 11, to: 30 }]);
  assert.deepEqual(hidden(2), [{ from: 16, to: 20 }]);
  assert.deepEqual(hidden(1, 3), [
    { from: 11, to: 30 },
    { from: 32, to: 35 },
  ]);
});

test("a running phase cannot be folded", () => {
  assert.deepEqual(hiddenLines(foldsOf(aJob({ phases: [phase(1, 3, null)] }), () => true)), []);
});

test("the phases around a line are those to unfold for it", () => {
  const phases = [phase(1, 10, 30), phase(2, 15, 20), phase(3, 31, null)];

  assert.deepEqual(
    phasesAround(phases, 16).map(({ id }) => id),
    [1, 2],
  );
  assert.deepEqual(
    phasesAround(phases, 99).map(({ id }) => id),
    [3],
  );
});
