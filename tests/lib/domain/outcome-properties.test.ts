// What holds for every evidence, exit status and signal.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { NO_EVIDENCE, STAGES } from "#lib/domain/evidence.ts";
import { OUTCOMES, type Outcome, REASON_CODES } from "#lib/domain/job.ts";
import { outcomeOf } from "#lib/domain/outcome.ts";
import { SIGNAL_KINDS } from "#lib/domain/signal.ts";

const AT = new Date("2026-11-20T12:00:00Z");

const anyEvidence = fc.record({
  isApproved: fc.boolean(),
  isMerged: fc.boolean(),
  hasPhases: fc.boolean(),
  stages: fc
    .uniqueArray(fc.constantFrom(...STAGES))
    .map((some) => Object.fromEntries(some.map((stage) => [stage, "finished" as const]))),
  isSyncFinished: fc.boolean(),
  rollback: fc.constantFrom("rolled_back" as const, "failed" as const, null),
  closing: fc.option(fc.constantFrom(...REASON_CODES).map((code) => ({ code, text: "words", line: 1 }))),
});
const anyEnding = fc.record({
  exitCode: fc.option(fc.integer({ min: 0, max: 255 })),
  exitSignal: fc.option(fc.integer({ min: 0, max: 31 })),
  evidence: anyEvidence,
  signals: fc.subarray([...SIGNAL_KINDS]),
});
type AnyEnding = typeof anyEnding extends fc.Arbitrary<infer T> ? T : never;

function outcomeIn({ exitCode, exitSignal, evidence, signals }: AnyEnding): Outcome {
  const past = {
    questions: [],
    signals: signals.map((kind) => ({
      id: 3,
      kind,
      requestedBy: "ada",
      requestedAt: AT,
      expiredInteractionId: null,
    })),
  };
  return outcomeOf({ exitCode, exitSignal }, "production", { ...NO_EVIDENCE, ...evidence }, past);
}

test("however scap ends, there is one outcome, and outcomes that only the system can observe are never guessed", () => {
  const neverGuessed: Outcome[] = ["spawn_failed", "cancelled_while_queued", "holder_lost"];
  fc.assert(
    fc.property(anyEnding, (ending) => {
      const outcome = outcomeIn(ending);
      assert.ok(OUTCOMES.includes(outcome));
      assert.ok(!neverGuessed.includes(outcome), outcome);
    }),
  );
});

test("a run that a signal ended is never reported as a success", () => {
  fc.assert(
    fc.property(anyEnding, fc.integer({ min: 1, max: 31 }), (ending, exitSignal) => {
      assert.ok(["interrupted", "killed"].includes(outcomeIn({ ...ending, exitSignal })));
    }),
  );
});

test("a run that did not exit with 0 is never reported as a success", () => {
  fc.assert(
    fc.property(anyEnding, fc.integer({ min: 1, max: 255 }), (ending, exitCode) => {
      const outcome = outcomeIn({ ...ending, exitCode, exitSignal: null });
      assert.ok(!["completed", "nothing_to_deploy", "prepared"].includes(outcome), outcome);
    }),
  );
});

test("without evidence of production nothing is reported as deployed", () => {
  fc.assert(
    fc.property(anyEnding, (ending) => {
      const { production: _, ...stages } = ending.evidence.stages;
      const evidence = { ...ending.evidence, stages, isSyncFinished: false };
      assert.notEqual(outcomeIn({ ...ending, evidence }), "completed");
    }),
  );
});

test("a failed rollback is never hidden by another reason, unless a signal ended scap", () => {
  fc.assert(
    fc.property(anyEnding, fc.integer({ min: 0, max: 255 }), (ending, exitCode) => {
      const evidence = { ...ending.evidence, rollback: "failed" as const };
      assert.equal(outcomeIn({ ...ending, evidence, exitCode, exitSignal: null }), "rollback_failed");
    }),
  );
});
