import assert from "node:assert/strict";
import { test } from "node:test";
import { phaseStates } from "../../../app/text/phase-state.ts";
import { aJob, aPhase, aQuestion, AT } from "../wire-samples.ts";

const after = (seconds: number) => new Date(Date.parse(AT) + seconds * 1000).toISOString();
const phase = (id: number, depth: number, from: number, to: number | null) =>
  aPhase({ id, depth, startedAt: after(from), finishedAt: to === null ? null : after(to) });
const askedAbout = (message: string, seconds: number) => aQuestion({ message, askedAt: after(seconds) });
const CHECKS_FAILED = "Testserver checks failed.\n\nWhat do you want to do?";

test("a check that failed is shown as failed, although scap printed that it finished", () => {
  const phases = [phase(1, 0, 0, null), phase(2, 1, 1, 5), phase(3, 1, 6, 8), phase(4, 1, 12, 14)];
  const states = phaseStates(aJob({ phases, interactions: [askedAbout(CHECKS_FAILED, 9)] }));

  assert.deepEqual(
    [...states],
    [
      [1, "running"],
      [2, "done"],
      [3, "failed"],
      [4, "done"],
    ],
  );
});

test("a question about anything but a failure marks no phase as failed", () => {
  const job = aJob({
    phases: [phase(1, 0, 0, 5)],
    interactions: [askedAbout("Continue with deployment?", 6)],
  });
  assert.equal(phaseStates(job).get(1), "done");
});

test("a phase that was open when the job ended is unfinished", () => {
  assert.equal(
    phaseStates(aJob({ phases: [phase(1, 0, 0, null)], finishedAt: after(9) })).get(1),
    "unfinished",
  );
});
