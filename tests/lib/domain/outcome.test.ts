import assert from "node:assert/strict";
import { test } from "node:test";
import type { PastQuestion, PastSignal } from "#lib/domain/decision.ts";
import { type Evidence, NO_EVIDENCE, type Tail } from "#lib/domain/evidence.ts";
import type { Outcome, ReasonCode } from "#lib/domain/job.ts";
import { conclude, outcomeOf } from "#lib/domain/outcome.ts";
import type { SignalKind } from "#lib/domain/signal.ts";

const AT = new Date("2026-11-20T12:00:00Z");
const later = (seconds: number) => new Date(AT.getTime() + seconds * 1000);

function signal(kind: SignalKind, more: Partial<PastSignal> = {}): PastSignal {
  return { id: 3, kind, requestedBy: "ada", requestedAt: AT, expiredInteractionId: null, ...more };
}

function answered(id: number, text: string, value: string | boolean = text, by = "ben"): PastQuestion {
  return {
    id,
    hasOptions: true,
    askedAt: AT,
    endedAt: later(5),
    answer: { text, value, answeredBy: by, delivery: "consumed" },
  };
}

const closing = (code: ReasonCode): Partial<Evidence> => ({
  closing: { code, text: "scap's sentence", line: 9 },
});
const lastMessage = (text: string): Tail => ({
  text,
  line: 7,
  isPlain: true,
  lineCount: 1,
  omittedLines: 0,
  last: { text, isIndented: false },
  isOpen: true,
});
const tail = lastMessage("The change failed its tests");
const refusal: Partial<Evidence> = { tail };
const cancelled: Partial<Evidence> = { tail: lastMessage("Operation aborted by the user.") };
const deployed: Partial<Evidence> = {
  isMerged: true,
  hasPhases: true,
  stages: { testservers: "finished", canaries: "finished", production: "finished" },
};
const finalLine: Partial<Evidence> = { isMerged: true, isSyncFinished: true };
const rolledBack: Partial<Evidence> = { rollback: "rolled_back" };

type Case = readonly [
  what: string,
  given: {
    exitCode?: number | null;
    exitSignal?: number | null;
    evidence?: Partial<Evidence>;
    signals?: SignalKind[];
    questions?: PastQuestion[];
  },
  outcome: Outcome,
];

const NO = answered(1, "no", false);
const ROLL_BACK = answered(1, "No, roll back deployment and terminate", "n");
const ASKED_LATER: PastQuestion = {
  id: 9,
  hasOptions: true,
  askedAt: later(1),
  endedAt: later(2),
  answer: null,
};

const CASES: readonly Case[] = [
  ["exits with 0 and shows nothing", { exitCode: 0 }, "unclear"],
  ["exits with 0 and signal number 0", { exitCode: 0, exitSignal: 0, evidence: deployed }, "completed"],
  ["exits with 0 after the production phase", { exitCode: 0, evidence: deployed }, "completed"],
  ["exits with 0 after its final line", { exitCode: 0, evidence: finalLine }, "completed"],
  [
    "exits with 0 after its final line, and synced only the test servers",
    { exitCode: 0, evidence: { ...finalLine, stages: { testservers: "finished" } } },
    "unclear",
  ],
  [
    "exits with 0 after its final line, and the last answer was no",
    { exitCode: 0, evidence: finalLine, questions: [answered(1, "no", false)] },
    "unclear",
  ],
  [
    "exits with 0 although a person chose to roll back",
    { exitCode: 0, evidence: deployed, questions: [ROLL_BACK] },
    "unclear",
  ],
  [
    "exits with 0 after a person saw no diff",
    { exitCode: 0, evidence: deployed, questions: [answered(1, "no", false)] },
    "completed",
  ],
  ["exits with 0 and found nothing", { exitCode: 0, evidence: closing("no_commits") }, "nothing_to_deploy"],
  ["exits with 0, beta only", { exitCode: 0, evidence: closing("beta_only") }, "nothing_to_deploy"],
  ["stops before the sync", { exitCode: 0, evidence: closing("stopped_before_sync") }, "prepared"],
  ["exits with 0 after a no", { exitCode: 0, evidence: closing("answered_no"), questions: [NO] }, "declined"],
  ["exits with 1 after a no", { exitCode: 1, evidence: closing("answered_no"), questions: [NO] }, "declined"],
  [
    "exits with 0 and says that it was cancelled without an answer",
    { exitCode: 0, evidence: closing("answered_no") },
    "unclear",
  ],
  [
    "exits with 1 and says that it was cancelled without an answer",
    { exitCode: 1, evidence: { ...closing("answered_no"), ...cancelled } },
    "refused",
  ],
  [
    "exits with 1 and leaves the servers, as asked",
    {
      exitCode: 1,
      evidence: closing("ended_without_rollback"),
      questions: [answered(1, "Exit without rollback", "x")],
    },
    "declined",
  ],
  ["exits with 1 after a rollback", { exitCode: 1, evidence: rolledBack }, "rolled_back"],
  ["exits with 0 after a rollback", { exitCode: 0, evidence: rolledBack }, "rolled_back"],
  ["fails to roll back", { exitCode: 1, evidence: { rollback: "failed" } }, "rollback_failed"],
  ["exits with 1 and says nothing", { exitCode: 1 }, "exit_nonzero"],
  ["exits with 1 and a sentence before anything", { exitCode: 1, evidence: refusal }, "refused"],
  [
    "exits with 1 and a sentence after it voted",
    { exitCode: 1, evidence: { ...refusal, isApproved: true } },
    "refused",
  ],
  [
    "exits with 1 and a sentence after the merge",
    { exitCode: 1, evidence: { ...refusal, isMerged: true } },
    "exit_nonzero",
  ],
  ["exits with 1 in a phase", { exitCode: 1, evidence: { ...refusal, hasPhases: true } }, "exit_nonzero"],
  ["crashes before anything", { exitCode: 1, evidence: { ...refusal, isCrash: true } }, "exit_nonzero"],
  [
    "exits with 1 and a sentence after it was interrupted",
    { exitCode: 1, evidence: refusal, signals: ["interrupt"] },
    "interrupted",
  ],
  [
    "exits with 1 after it was interrupted and asked",
    { exitCode: 1, questions: [ASKED_LATER], signals: ["interrupt"] },
    "exit_nonzero",
  ],
  ["is not found", { exitCode: 127, evidence: refusal }, "exit_nonzero"],
  ["exits with 255", { exitCode: 255 }, "exit_nonzero"],
  ["exits with 130, as on Ctrl-C", { exitCode: 130 }, "interrupted"],
  [
    "exits with 1 after a step was interrupted",
    { exitCode: 1, evidence: closing("step_interrupted") },
    "interrupted",
  ],
  [
    "exits with 0 although a step was interrupted",
    { exitCode: 0, evidence: { ...deployed, ...closing("step_interrupted") } },
    "completed",
  ],
  ["exits with 130 after a rollback", { exitCode: 130, evidence: rolledBack }, "rolled_back"],
  ["exits with 1 after it was asked to terminate", { exitCode: 1, signals: ["terminate"] }, "killed"],
  [
    "exits with 0 although it was asked to terminate",
    { exitCode: 0, evidence: deployed, signals: ["terminate"] },
    "completed",
  ],
  ["ends by SIGINT", { exitSignal: 2, signals: ["interrupt_group"] }, "interrupted"],
  ["ends by SIGINT that SpiderPig did not send", { exitSignal: 2 }, "interrupted"],
  ["ends by SIGINT on the way to a kill", { exitSignal: 2, signals: ["interrupt", "kill"] }, "killed"],
  ["ends by SIGTERM after an interrupt", { exitSignal: 15, signals: ["interrupt"] }, "interrupted"],
  ["ends by SIGKILL after an interrupt", { exitSignal: 9, signals: ["interrupt"] }, "killed"],
  [
    "exits with another code after an interrupt",
    { exitCode: 143, signals: ["interrupt_group"] },
    "interrupted",
  ],
  ["ends by SIGTERM", { exitSignal: 15, signals: ["terminate"] }, "killed"],
  ["ends by SIGKILL", { exitSignal: 9, signals: ["kill"] }, "killed"],
  ["ends by SIGKILL that SpiderPig did not send", { exitSignal: 9 }, "killed"],
  ["ends by SIGKILL in a rollback", { exitSignal: 9, evidence: rolledBack }, "killed"],
  ["ends without a code", {}, "killed"],
];

for (const [what, given, outcome] of CASES) {
  test(`scap ${what}: ${outcome}`, () => {
    const { exitCode = null, exitSignal = null, questions = [], signals = [] } = given;
    const past = { questions, signals: signals.map((kind) => signal(kind)) };
    assert.equal(
      outcomeOf({ exitCode, exitSignal }, "production", { ...NO_EVIDENCE, ...given.evidence }, past),
      outcome,
    );
  });
}

function concluded(
  given: { exitCode?: number | null; exitSignal?: number | null; evidence?: Partial<Evidence> },
  past: { questions?: PastQuestion[]; signals?: PastSignal[] } = {},
  known?: Outcome,
) {
  const { exitCode = null, exitSignal = null } = given;
  const evidence = { ...NO_EVIDENCE, ...given.evidence };
  return conclude({ exit: { exitCode, exitSignal }, rule: "production", known }, evidence, {
    questions: [],
    signals: [],
    ...past,
  });
}

test("a command that syncs nothing has completed when it exits with 0, unless a person said no", () => {
  const ended = (exitCode: number, questions: PastQuestion[] = []) =>
    outcomeOf({ exitCode, exitSignal: null }, "exit_code", NO_EVIDENCE, { questions, signals: [] });
  assert.equal(ended(0), "completed");
  assert.equal(ended(0, [answered(1, "no", false, "ben")]), "declined");
  assert.equal(ended(1), "exit_nonzero");
  const exit = { exitCode: 0, exitSignal: null };
  const { reached } = conclude({ exit, rule: "exit_code" }, NO_EVIDENCE, { questions: [], signals: [] });
  assert.equal(reached, "nowhere");
});

test("a no and an unknown sentence about an end are a decline; each of them alone is not", () => {
  const no = answered(1, "no", false);
  const ended = (evidence: Partial<Evidence>, ...questions: PastQuestion[]) =>
    [0, 1].map((exitCode) => concluded({ exitCode, evidence }, { questions }).outcome);
  assert.deepEqual(ended(cancelled, no), ["declined", "declined"]);
  assert.deepEqual(ended(cancelled), ["unclear", "refused"]);
  assert.ok(!ended(cancelled, ROLL_BACK).includes("declined"));
});

test("a decline names the person and the question of the last no", () => {
  const questions = [
    answered(1, "yes", true, "ada"),
    answered(2, "no", false, "ben"),
    answered(3, "Continue"),
  ];
  const { decision, reason, reasonCode } = concluded(
    { exitCode: 1, evidence: closing("answered_no") },
    { questions },
  );
  assert.deepEqual(decision, { user: "ben", interactionId: 2, signalId: null });
  assert.deepEqual([reason, reasonCode], ["scap's sentence", "answered_no"]);
});

test("an answer that scap did not read decides nothing", () => {
  const late = { text: "no", value: false, answeredBy: "ben", delivery: "undelivered" as const };
  const questions = [{ id: 2, hasOptions: true, askedAt: AT, endedAt: AT, answer: late }];
  assert.equal(concluded({ exitCode: 0 }, { questions }).decision, null);
});

test("words of a text that a person typed decide nothing, except a plain no", () => {
  const typed = (text: string) => ({ ...answered(1, text), hasOptions: false });
  const reason = typed("Roll back and ignore: stop the errors");
  const { outcome, ignoredChecks } = concluded({ exitCode: 0, evidence: deployed }, { questions: [reason] });
  assert.deepEqual([outcome, ignoredChecks], ["completed", []]);
  const { decision } = concluded({ exitCode: 0, evidence: cancelled }, { questions: [typed("no")] });
  assert.equal(decision?.user, "ben");
});

test("an interrupt names who asked for it and the question that was open then", () => {
  const questions: PastQuestion[] = [
    answered(1, "yes", true),
    { id: 2, hasOptions: true, askedAt: later(10), endedAt: later(20), answer: null },
    { id: 4, hasOptions: true, askedAt: later(30), endedAt: later(40), answer: null },
  ];
  const signals = [signal("interrupt", { requestedAt: later(15) })];
  assert.deepEqual(concluded({ exitCode: 130 }, { questions, signals }).decision, {
    user: "ada",
    interactionId: 2,
    signalId: 3,
  });
  const expiry = [signal("interrupt", { requestedBy: "policy", expiredInteractionId: 4 })];
  assert.equal(concluded({ exitCode: 130 }, { questions, signals: expiry }).decision?.interactionId, 4);
});

test("each failed check that was ignored is counted, with its question", () => {
  const questions = [
    answered(1, "Retry testserver checks", "r"),
    answered(2, "Ignore failure and continue deployment", "i", "ada"),
    answered(3, "Ignore failure and continue deployment", "i", "ben"),
  ];
  assert.deepEqual(concluded({ exitCode: 0, evidence: deployed }, { questions }).ignoredChecks, [2, 3]);
});

test("after a complete rollback the changes are merged; after a failed one they are where it failed", () => {
  const back = { testservers: "rolled_back", canaries: "rolled_back" } as const;
  assert.equal(concluded({ exitCode: 1, evidence: { ...rolledBack, stages: back } }).reached, "merged");
  const evidence = { rollback: "failed", stages: { ...back, canaries: "started" } } as const;
  const { reached, isPartial } = concluded({ exitCode: 1, evidence });
  assert.deepEqual([reached, isPartial], ["canaries", true]);
});

test("a sync that was not seen to finish reached its servers in part", () => {
  const evidence = { isMerged: true, stages: { testservers: "finished", canaries: "started" } } as const;
  const { reached, isPartial } = concluded({ exitSignal: 9, evidence });
  assert.deepEqual([reached, isPartial], ["canaries", true]);
});

test("a refusal has scap's own sentence as its reason, and links to its line in the log", () => {
  const { outcome, reason, errorLine, reached } = concluded({ exitCode: 1, evidence: refusal });
  assert.deepEqual(
    [outcome, reason, errorLine, reached],
    ["refused", "The change failed its tests", 7, "nowhere"],
  );
});

test("the cause of a failure takes precedence over the report that a command failed", () => {
  const evidence: Partial<Evidence> = {
    ...deployed,
    firstErrorLine: 4,
    cause: { text: "timed out", line: 5 },
    failedCommand: { text: "Command 'x' returned non-zero exit status 1.", line: 6 },
  };
  const { reason, errorLine } = concluded({ exitCode: 1, evidence });
  assert.deepEqual([reason, errorLine], ["timed out", 4]);
});

test("newer patch sets are shown only where they were merged", () => {
  const patchSets = { "1234": 5 };
  assert.deepEqual(concluded({ exitCode: 1, evidence: { patchSets } }).mergedPatchSets, {});
  assert.deepEqual(
    concluded({ exitCode: 0, evidence: { ...deployed, patchSets } }).mergedPatchSets,
    patchSets,
  );
});
