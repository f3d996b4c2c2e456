// The history of a job: one row for each thing that happened, numbered without gaps in the order of the commits.
// The number is taken from the job's own row, whose lock makes writers of one job take turns.
import type { Transaction } from "./connection.ts";
import { CHANNELS } from "./notify.ts";

export const EVENT_KINDS = [
  "job_created",
  "job_started",
  "job_taken_over",
  "job_cancelled",
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
  "lane_released",
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
};

/** Appends one event and notifies the watchers of the job. Events are numbered in the order of the calls. */
export async function appendEvent(tx: Transaction, jobId: number, event: NewEvent): Promise<void> {
  const { kind, actor, interactionId, phaseId, at, data = {} } = event;
  await tx.execute(
    `with next as (
       update spiderpig.job set event_seq = event_seq + 1
       where id = $1
       returning id, event_seq
     ), appended as (
       insert into spiderpig.job_event (job_id, seq, at, kind, actor, interaction_id, phase_id, data)
       select id, event_seq, coalesce($2, now()), $3, $4, $5::integer, $6, $7 from next
     )
     select pg_notify('${CHANNELS.job}', id::text) from next`,
    [jobId, at ?? null, kind, actor ?? null, interactionId ?? null, phaseId ?? null, data],
  );
}
