// Counts an event of a job. Called after the commit, so that a transaction that is rolled back or retried counts once at most.
import { metrics } from "./registry.ts";

export type RecordedEvent = {
  /** As in the history (lib/db/events.ts). */
  kind: string;
  operation: string;
  lane: string;
  outcome: string | null;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  /** When it happened. */
  at: Date;
  /** The beginning of what ended: when the question was asked, the answer was given, or the phase started. */
  since: Date | undefined;
  /** The result of an answer. */
  delivery: string | undefined;
  /** The title of a phase. */
  phase: string | undefined;
};

/** Programs print what they like: further titles are counted together. */
const PHASES_MAX = 100;
const phases = new Set<string>();

export function countJobEvent(event: RecordedEvent, to = metrics()): void {
  const { kind, operation, lane, at, since } = event;
  to.events.inc({ kind });
  if (event.outcome !== null && ENDS.has(kind)) countEnd(event, event.outcome, to);
  if (kind === "job_started") to.queueTime.observe({ operation, lane }, seconds(event.createdAt, at));
  if (since === undefined) return;
  const passed = seconds(since, at);
  if (kind === "answer_given") to.questionAge.observe({ operation }, passed);
  if (kind === "answer_settled") to.answerDelivery.observe({ delivery: event.delivery ?? "unknown" }, passed);
  if (kind === "phase_finished") {
    to.phase.observe({ operation, phase: boundedPhase(event.phase ?? "unknown") }, passed);
  }
}

const ENDS = new Set(["job_finished", "job_cancelled", "job_declared_lost"]);

function countEnd(event: RecordedEvent, outcome: string, to: ReturnType<typeof metrics>): void {
  const { operation, lane, startedAt, finishedAt } = event;
  to.ended.inc({ operation, lane, outcome });
  if (startedAt !== null && finishedAt !== null) {
    to.duration.observe({ operation, outcome }, seconds(startedAt, finishedAt));
  }
}

function boundedPhase(title: string): string {
  if (phases.size < PHASES_MAX) phases.add(title);
  return phases.has(title) ? title : "other";
}

/** Never negative: clocks of two hosts differ. */
function seconds(from: Date, to: Date): number {
  return Math.max(0, to.getTime() - from.getTime()) / 1000;
}
