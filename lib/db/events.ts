// The history of a job: one row for each thing that happened, numbered without gaps in the order of the commits.
// The number is taken from the job's own row, whose lock makes writers of one job take turns.
import { countJobEvent } from "../metrics/job-event.ts";
import type { Transaction } from "./connection.ts";
import { outcome } from "./enums.ts";
import { CHANNELS } from "./notify.ts";
import { enumOf, firstRow, nullable, statement, text, timestamptz } from "./statement.ts";

export const EVENT_KINDS = [
  "job_created",
  "job_started",
  "job_not_started",
  "job_taken_over",
  "job_moved",
  "job_responsibility_taken",
  "job_cancelled",
  "policy_overridden",
  "job_held",
  "job_hold_released",
  "job_declared_lost",
  "job_finished",
  "interaction_asked",
  "interaction_reminded",
  "interaction_expired",
  "interaction_withdrawn",
  "answer_given",
  "answer_settled",
  "signal_requested",
  "signal_delivered",
  "phase_started",
  "phase_finished",
  "reach_changed",
  "lane_bound",
  "lane_released",
  "revert_requested",
  "holder_found_running",
  "sensitive_lines_shown",
  "output_removed",
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

export type NewEvent = {
  kind: EventKind;
  actor?: string;
  interactionId?: number;
  phaseId?: number;
  at?: Date;
  data?: Record<string, unknown>;
  /** For metrics: the beginning of what this event ends, the result of an answer, the title of a phase. */
  measured?: { since?: Date; delivery?: string; phase?: string };
};

const APPEND = statement(
  {
    operation: text,
    lane: text,
    outcome: nullable(enumOf(outcome)),
    createdAt: timestamptz,
    startedAt: nullable(timestamptz),
    finishedAt: nullable(timestamptz),
    at: timestamptz,
    notified: text,
  },
  `with next as (
     update spiderpig.job set event_seq = event_seq + 1
     where id = $1
     returning id, event_seq, kind, lane, outcome, created_at, started_at, finished_at
   ), appended as (
     insert into spiderpig.job_event (job_id, seq, at, kind, actor, interaction_id, phase_id, data)
     select id, event_seq, coalesce($2, now()), $3, $4, $5::integer, $6, $7 from next
     returning at
   )
   select kind::text as operation, lane, outcome, created_at as "createdAt", started_at as "startedAt",
          finished_at as "finishedAt", at, pg_notify('${CHANNELS.job}', id::text)::text as notified
   from next, appended`,
);

/** Appends one event and notifies the watchers of the job. Events are numbered in the order of the calls. */
export async function appendEvent(tx: Transaction, jobId: number, event: NewEvent): Promise<void> {
  const { kind, actor, interactionId, phaseId, at, data = {}, measured = {} } = event;
  const row = await firstRow(tx, APPEND, [
    jobId,
    at ?? null,
    kind,
    actor ?? null,
    interactionId ?? null,
    phaseId ?? null,
    data,
  ]);
  if (row === undefined) return;
  const { since, delivery, phase } = measured;
  tx.afterCommit(() => countJobEvent({ ...row, kind, since, delivery, phase }));
}
