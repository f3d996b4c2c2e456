import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { OUTCOMES, type Outcome } from "#lib/domain/job.ts";
import { type Ending, type Landmark, outcomeOf } from "#lib/domain/outcome.ts";
import { SIGNAL_KINDS, type SignalKind } from "#lib/domain/signal.ts";

type Case = readonly [
  what: string,
  ending: {
    exitCode?: number | null;
    exitSignal?: number | null;
    landmarks?: Landmark[];
    signals?: SignalKind[];
  },
  outcome: Outcome,
];

const CASES: readonly Case[] = [
  ["exits with 0", { exitCode: 0 }, "completed"],
  ["exits with 0 and signal number 0", { exitCode: 0, exitSignal: 0 }, "completed"],
  ["exits with 0 and found nothing", { exitCode: 0, landmarks: ["nothing_to_deploy"] }, "nothing_to_deploy"],
  ["exits with 0 after a no", { exitCode: 0, landmarks: ["cancelled"] }, "declined"],
  [
    "exits with 0, a no and nothing",
    { exitCode: 0, landmarks: ["nothing_to_deploy", "cancelled"] },
    "declined",
  ],
  ["exits with 1 after a rollback", { exitCode: 1, landmarks: ["rolled_back"] }, "rolled_back"],
  ["exits with 0 after a rollback", { exitCode: 0, landmarks: ["rolled_back"] }, "rolled_back"],
  [
    "rolled back some stages and failed at another",
    { exitCode: 1, landmarks: ["rolled_back", "rollback_failed"] },
    "rollback_failed",
  ],
  ["exits with 1", { exitCode: 1 }, "exit_nonzero"],
  ["exits with 1 after a no", { exitCode: 1, landmarks: ["cancelled"] }, "exit_nonzero"],
  ["exits with 255", { exitCode: 255 }, "exit_nonzero"],
  ["exits with 130, as on Ctrl-C", { exitCode: 130 }, "interrupted"],
  ["exits with 130 after a rollback", { exitCode: 130, landmarks: ["rolled_back"] }, "rolled_back"],
  ["exits with 1 after an interrupt it handled", { exitCode: 1, signals: ["interrupt"] }, "exit_nonzero"],
  ["exits with 1 after it was asked to terminate", { exitCode: 1, signals: ["terminate"] }, "killed"],
  ["exits with 0 although it was asked to terminate", { exitCode: 0, signals: ["terminate"] }, "completed"],
  ["ends by SIGINT", { exitSignal: 2, signals: ["interrupt_group"] }, "interrupted"],
  ["ends by SIGINT that nobody here sent", { exitSignal: 2 }, "interrupted"],
  ["ends by SIGINT on the way to a kill", { exitSignal: 2, signals: ["interrupt", "kill"] }, "killed"],
  ["ends by SIGTERM", { exitSignal: 15, signals: ["terminate"] }, "killed"],
  ["ends by SIGKILL", { exitSignal: 9, signals: ["kill"] }, "killed"],
  ["ends by SIGKILL that nobody here sent", { exitSignal: 9 }, "killed"],
  ["ends by SIGKILL in a rollback", { exitSignal: 9, landmarks: ["rolled_back"] }, "killed"],
  ["ends without a code", {}, "killed"],
];

for (const [what, given, outcome] of CASES) {
  test(`scap ${what}: ${outcome}`, () => {
    const ending: Ending = {
      exitCode: given.exitCode ?? null,
      exitSignal: given.exitSignal ?? null,
      landmarks: new Set(given.landmarks),
      signals: given.signals ?? [],
    };
    assert.equal(outcomeOf(ending), outcome);
  });
}

const anyEnding = fc.record({
  exitCode: fc.option(fc.integer({ min: 0, max: 255 })),
  exitSignal: fc.option(fc.integer({ min: 0, max: 31 })),
  landmarks: fc
    .subarray<Landmark>(["nothing_to_deploy", "cancelled", "rolled_back", "rollback_failed"])
    .map((some) => new Set(some)),
  signals: fc.subarray([...SIGNAL_KINDS]),
});

test("however scap ends, there is one outcome, and what only the system can know is never guessed", () => {
  const neverGuessed: Outcome[] = ["spawn_failed", "cancelled_while_queued", "holder_lost"];
  fc.assert(
    fc.property(anyEnding, (ending) => {
      const outcome = outcomeOf(ending);
      assert.ok(OUTCOMES.includes(outcome));
      assert.ok(!neverGuessed.includes(outcome), outcome);
    }),
  );
});

test("a run that a signal ended is never called a success", () => {
  fc.assert(
    fc.property(anyEnding, fc.integer({ min: 1, max: 31 }), (ending, exitSignal) => {
      assert.ok(["interrupted", "killed"].includes(outcomeOf({ ...ending, exitSignal })));
    }),
  );
});

test("a run that did not exit with 0 is never called a success, nor a decline", () => {
  fc.assert(
    fc.property(anyEnding, fc.integer({ min: 1, max: 255 }), (ending, exitCode) => {
      const outcome = outcomeOf({ ...ending, exitCode, exitSignal: null });
      assert.ok(!["completed", "nothing_to_deploy", "declined"].includes(outcome), outcome);
    }),
  );
});

test("a failed rollback is never hidden behind another reason, unless a signal ended scap", () => {
  fc.assert(
    fc.property(anyEnding, fc.integer({ min: 0, max: 255 }), (ending, exitCode) => {
      const landmarks = new Set([...ending.landmarks, "rollback_failed" as const]);
      assert.equal(outcomeOf({ ...ending, landmarks, exitCode, exitSignal: null }), "rollback_failed");
    }),
  );
});
