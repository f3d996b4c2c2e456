// The end of a job, concluded from what scap printed, its exit code, and what people did: as the worker concludes it, in the words of
// the page.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { PastQuestion, PastSignal } from "#lib/domain/decision.ts";
import type { Evidence } from "#lib/domain/evidence.ts";
import type { Outcome, Reached } from "#lib/domain/job.ts";
import type { EvidenceRule } from "#lib/domain/operation.ts";
import { conclude } from "#lib/domain/outcome.ts";
import type { SignalKind } from "#lib/domain/signal.ts";
import { outcomeText } from "../../../app/text/outcome-text.ts";
import { createEvidence, type EvidenceReader } from "../../../worker/output/evidence.ts";

/** Without a value, the answer was typed. */
export type Asked = readonly [question: string, answer: string, value?: string | boolean];

type Run = {
  lines: readonly string[];
  exit: number | { signal: number };
  /** Questions that ben answered. */
  asked?: readonly Asked[];
  /** The question that was open when ada sent the signals. */
  openQuestion?: string;
  signals?: readonly SignalKind[];
  rule?: EvidenceRule;
};

const CHANGE = {
  number: 1,
  patchSet: 2,
  mergedPatchSet: null,
  project: "operations/mediawiki-config",
  branch: "master",
  subject: "A change",
  owner: "Ada",
  url: "https://gerrit.example/1",
};

const START = Date.parse("2026-11-20T12:00:00Z");
const at = (seconds: number) => new Date(START + seconds * 1000);

const stored = (evidence: EvidenceReader) => JSON.parse(JSON.stringify(evidence)) as Evidence;

/** A worker that takes over continues with the same evidence, wherever the previous worker stopped. */
function readEvidence(lines: readonly string[]): Evidence {
  const whole = createEvidence();
  let restored: Evidence | undefined;
  lines.forEach((text, index) => {
    whole.take({ text, n: index + 1 });
    const next = createEvidence(restored);
    next.take({ text, n: index + 1 });
    restored = stored(next);
  });
  assert.deepEqual(restored, stored(whole));
  return stored(whole);
}

function endedJob({ lines, exit, asked = [], openQuestion, signals = [], rule = "production" }: Run) {
  const evidence = readEvidence(lines);
  const questions: PastQuestion[] = asked.map(([, text, value], index) => ({
    id: index + 1,
    hasOptions: value !== undefined,
    askedAt: at(index),
    endedAt: at(index),
    answer: { text, value: value ?? text, answeredBy: "ben", delivery: "consumed" },
  }));
  const openId = asked.length + 1;
  if (openQuestion !== undefined) {
    questions.push({ id: openId, hasOptions: true, askedAt: at(openId), endedAt: null, answer: null });
  }
  const past: PastSignal[] = signals.map((kind, index) => ({
    id: index + 1,
    kind,
    requestedBy: "ada",
    requestedAt: at(100 + index),
    expiredInteractionId: null,
  }));
  const exitCode = typeof exit === "number" ? exit : null;
  const exitSignal = typeof exit === "number" ? null : exit.signal;
  const concluded = conclude({ exit: { exitCode, exitSignal }, rule }, evidence, {
    questions,
    signals: past,
  });
  const { decision } = concluded;
  const answered = asked[(decision?.interactionId ?? 0) - 1];
  const said = outcomeText({
    kind: "backport",
    operation: { name: "Backport", completedLabel: "Deployed", evidence: rule },
    outcome: concluded.outcome,
    reached: concluded.reached,
    reachIsPartial: concluded.isPartial,
    isApproved: concluded.isApproved,
    reason: concluded.reason,
    reasonCode: concluded.reasonCode,
    exitCode,
    exitSignal,
    changes: [CHANGE],
    endedProcesses: [],
    totalLines: lines.length,
    decidedBy:
      decision === null
        ? null
        : {
            user: decision.user,
            interactionId: decision.interactionId,
            question: answered?.[0] ?? (decision.interactionId === openId ? (openQuestion ?? null) : null),
            answer: answered?.[1] ?? null,
            signal: past.find(({ id }) => id === decision.signalId)?.kind ?? null,
          },
    ignoredChecks: concluded.ignoredChecks.map((interactionId) => ({
      interactionId,
      question: asked[interactionId - 1]?.[0] ?? "",
      answeredBy: "ben",
    })),
  });
  return { ...concluded, said: said.sentences.join(" ") };
}

type Case = Run & {
  outcome: Outcome;
  reached: Reached;
  partial?: true;
  /** A part of scap's sentence; null if there is none. */
  reason: string | null;
  /** A part of what the page says. */
  said?: string;
};

/** A test for each case, named after its promise. */
export function testEach(cases: Readonly<Record<string, Case>>): void {
  for (const [promise, { outcome, reached, partial = false, reason, said = "", ...run }] of Object.entries(
    cases,
  )) {
    test(promise, () => {
      const ended = endedJob(run);
      assert.deepEqual(
        { outcome: ended.outcome, reached: ended.reached, partial: ended.isPartial },
        { outcome, reached, partial },
      );
      if (reason === null) assert.equal(ended.reason, null);
      else assert.ok(ended.reason?.includes(reason), `reason: ${ended.reason}`);
      assert.ok(ended.said.includes(said), ended.said);
    });
  }
}
