// How rows become what goes over the wire. Reading is here; writing is in the other files of this folder.
import { type AnswerValue, type OptionValue, type InteractionKind } from "../domain/interaction.ts";
import type { DeliveryState, InteractionState } from "../domain/interaction-mode.ts";
import type { JobKind, JobState, Outcome, Reached, ReasonCode } from "../domain/job.ts";
import type { SignalKind } from "../domain/signal.ts";
import type { ExpiryAction } from "../domain/unanswered.ts";
import type { JobChange } from "../contract/change.ts";
import type { Interaction } from "../contract/interaction.ts";
import type { Decision, IgnoredCheck, Job, JobSummary, Phase, Progress } from "../contract/job.ts";
import { type Database, query, search, type Transaction } from "./connection.ts";
import { holdsLane, silentSince } from "./rules.ts";

/** Times inside JSON come as text; top-level ones as Date. */
type Time = Date | string;
const iso = (time: Time) => new Date(time).toISOString();
const isoOrNull = (time: Time | null) => (time === null ? null : iso(time));

type ChangeRow = Omit<JobChange, "patchSet" | "mergedPatchSet"> & {
  patch_set: number | null;
  merged_patch_set: number | null;
};

type AnswerRow = {
  value: AnswerValue | null;
  text: string | null;
  answered_by: string;
  answered_at: Time;
  delivery: DeliveryState;
};

export type InteractionRow = {
  id: number;
  job_id: number;
  kind: InteractionKind;
  message: string;
  options: { text: string; value: OptionValue }[];
  default_value: OptionValue | null;
  recognised: boolean;
  complaint: string | null;
  state: InteractionState;
  asked_at: Time;
  ended_at: Time | null;
  reminded_at: Time | null;
  reminder_count: number;
  expires_at: Time | null;
  expiry_action: ExpiryAction | null;
  answer: AnswerRow | null;
};

type PhaseRow = { id: number; name: string; depth: number; started_at: Time; finished_at: Time | null };
type SignalRow = {
  id: number;
  kind: SignalKind;
  requested_by: string;
  interaction_id: number | null;
  requested_at: Time;
  delivered_at: Time | null;
};

type SummaryRow = {
  id: number;
  kind: JobKind;
  lane: string;
  state: JobState;
  outcome: Outcome | null;
  reached: Reached;
  reach_is_partial: boolean;
  requested_by: string;
  created_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
  exit_code: number | null;
  exit_signal: number | null;
  retry_of: number | null;
  status: string | null;
  progress: Progress | null;
  line_count: number;
  event_seq: number;
  changes: ChangeRow[];
  pending: InteractionRow | null;
  queue_position: number | null;
  blocked_by: { id: number; requestedBy: string; state: JobState } | null;
  silent_since: Date | null;
};

type DetailRow = SummaryRow & {
  is_approved: boolean;
  reason: string | null;
  reason_code: ReasonCode | null;
  error_line: number | null;
  decided_by: Decision | null;
  ignored_checks: IgnoredCheck[];
  ended_processes: string[];
  command: string[];
  host: string | null;
  output_removed_at: Date | null;
  declared_lost: { by: string; at: Time; note: string } | null;
  found_running: { at: Time; host: string; pid: number } | null;
  phases: PhaseRow[];
  interactions: InteractionRow[];
  signals: SignalRow[];
};

/** An interaction with its answer, as JSON; expects the interaction as `i`. */
const INTERACTION_JSON = `
  json_build_object(
    'id', i.id, 'job_id', i.job_id, 'kind', i.kind, 'message', i.message, 'options', i.options,
    'default_value', i.default_value, 'recognised', i.recognised, 'complaint', i.complaint, 'state', i.state,
    'asked_at', i.asked_at, 'ended_at', i.ended_at, 'reminded_at', i.reminded_at,
    'reminder_count', i.reminder_count, 'expires_at', i.expires_at, 'expiry_action', i.expiry_action,
    'answer', (
      select json_build_object(
        'value', a.value, 'text', a.text, 'answered_by', a.answered_by, 'answered_at', a.answered_at,
        'delivery', a.delivery)
      from spiderpig.answer a
      where a.interaction_id = i.id))`;

/**
 * Columns of a summary; expects the job as `j`. The correlated sub-selects use the primary keys and the partial
 * indexes of the queue and of pending interactions, so a page of a hundred jobs costs a few milliseconds.
 */
const SUMMARY_COLUMNS = `
  j.id, j.kind, j.lane, j.state, j.outcome, j.reached, j.reach_is_partial, j.requested_by, j.created_at, j.started_at, j.finished_at,
  j.exit_code, j.exit_signal, j.retry_of, j.status, j.progress, j.line_count, j.event_seq,
  (select coalesce(json_agg(c order by c.position), '[]') from spiderpig.change c where c.job_id = j.id) as changes,
  (select ${INTERACTION_JSON} from spiderpig.interaction i where i.job_id = j.id and i.state = 'pending') as pending,
  case when j.state = 'queued' then (
    select count(*)::integer + 1 from spiderpig.job q where q.lane = j.lane and q.state = 'queued' and q.id < j.id
  ) end as queue_position,
  case when j.state = 'queued' then coalesce(
    (select json_build_object('id', h.id, 'requestedBy', h.requested_by, 'state', h.state)
     from spiderpig.job h
     where h.lane = j.lane and ${holdsLane("h")}),
    (select json_build_object('id', q.id, 'requestedBy', q.requested_by, 'state', q.state)
     from spiderpig.job q
     where q.lane = j.lane and q.state = 'queued' and q.id < j.id
     order by q.id desc
     limit 1)
  ) end as blocked_by,
  ${silentSince("j")} as silent_since`;

const DETAIL_COLUMNS = `${SUMMARY_COLUMNS},
  j.command, j.host, j.output_removed_at,
  j.is_approved, j.reason, j.reason_code, j.error_line, j.ended_processes,
  case when j.decided_by is not null then (
    select json_build_object(
      'user', j.decided_by, 'interactionId', i.id, 'question', i.message, 'answer', a.text, 'signal', s.kind)
    from (values (1)) as one
    left join spiderpig.interaction i on i.id = j.decisive_interaction_id
    left join spiderpig.answer a on a.interaction_id = i.id
    left join spiderpig.signal s on s.id = j.decisive_signal_id) end as decided_by,
  (select coalesce(
     json_agg(
       json_build_object('interactionId', i.id, 'question', i.message, 'answeredBy', a.answered_by) order by i.id),
     '[]')
   from spiderpig.interaction i
   join spiderpig.answer a on a.interaction_id = i.id
   where i.id = any (j.ignored_checks)) as ignored_checks,
  case when j.state = 'lost' then (
    select json_build_object('by', e.actor, 'at', e.at, 'note', e.data ->> 'note')
    from spiderpig.job_event e
    where e.job_id = j.id and e.kind = 'job_declared_lost') end as declared_lost,
  case when j.state = 'lost' then (
    select json_build_object('at', e.at, 'host', e.data ->> 'host', 'pid', (e.data ->> 'pid')::integer)
    from spiderpig.job_event e
    where e.job_id = j.id and e.kind = 'holder_found_running') end as found_running,
  (select coalesce(json_agg(p order by p.id), '[]') from spiderpig.phase p where p.job_id = j.id) as phases,
  (select coalesce(json_agg(${INTERACTION_JSON} order by i.id), '[]')
   from spiderpig.interaction i where i.job_id = j.id) as interactions,
  (select coalesce(json_agg(s order by s.id), '[]') from spiderpig.signal s where s.job_id = j.id) as signals`;

/** The whole job, and the number of its newest event: the cursor from which a stream goes on. */
export async function findJob(db: Database, id: number): Promise<{ job: Job; eventSeq: number } | undefined> {
  const [row] = await query<DetailRow>(db, `select ${DETAIL_COLUMNS} from spiderpig.job j where j.id = $1`, [
    id,
  ]);
  return row === undefined ? undefined : { job: toJob(row), eventSeq: row.event_seq };
}

export async function listSummaries(
  db: Database,
  where: string,
  values: unknown[],
  limit: number,
  order: "asc" | "desc" = "desc",
): Promise<JobSummary[]> {
  const rows = await search<SummaryRow>(
    db,
    `select ${SUMMARY_COLUMNS} from spiderpig.job j where ${where} order by j.id ${order} limit ${limit}`,
    values,
  );
  return rows.map(toSummary);
}

const ONE_INTERACTION = `
  select ${INTERACTION_JSON} as found from spiderpig.interaction i where i.job_id = $1 and i.id = $2`;

/** As this transaction sees it. */
export async function readInteraction(
  tx: Transaction,
  jobId: number,
  id: number,
): Promise<Interaction | undefined> {
  const [row] = await tx.execute<{ found: InteractionRow }>(ONE_INTERACTION, [jobId, id]);
  return row === undefined ? undefined : toInteraction(row.found);
}

/** What waits for a person, everywhere; the longest waiting first. */
export async function listPendingInteractions(db: Database): Promise<Interaction[]> {
  const rows = await query<{ found: InteractionRow }>(
    db,
    `select ${INTERACTION_JSON} as found
     from spiderpig.interaction i
     where i.state = 'pending'
     order by i.asked_at, i.id`,
  );
  return rows.map((row) => toInteraction(row.found));
}

function toSummary(row: SummaryRow): JobSummary {
  return {
    id: row.id,
    kind: row.kind,
    lane: row.lane,
    state: row.state,
    outcome: row.outcome,
    reached: row.reached,
    reachIsPartial: row.reach_is_partial,
    requestedBy: row.requested_by,
    changes: row.changes.map(toChange),
    status: row.status,
    progress: row.progress,
    pendingInteraction: row.pending === null ? null : toInteraction(row.pending),
    queuePosition: row.queue_position,
    blockedBy: row.blocked_by,
    createdAt: iso(row.created_at),
    startedAt: isoOrNull(row.started_at),
    finishedAt: isoOrNull(row.finished_at),
    exitCode: row.exit_code,
    exitSignal: row.exit_signal,
    retryOf: row.retry_of,
    totalLines: row.line_count,
    workerSilentSince: isoOrNull(row.silent_since),
  };
}

function toJob(row: DetailRow): Job {
  return {
    ...toSummary(row),
    isApproved: row.is_approved,
    reason: row.reason,
    reasonCode: row.reason_code,
    errorLine: row.error_line,
    decidedBy: row.decided_by,
    ignoredChecks: row.ignored_checks,
    endedProcesses: row.ended_processes,
    command: row.command,
    host: row.host,
    outputRemovedAt: isoOrNull(row.output_removed_at),
    declaredLost: row.declared_lost === null ? null : { ...row.declared_lost, at: iso(row.declared_lost.at) },
    foundRunning: row.found_running === null ? null : { ...row.found_running, at: iso(row.found_running.at) },
    phases: row.phases.map(toPhase),
    interactions: row.interactions.map(toInteraction),
    signals: row.signals.map((signal) => ({
      id: signal.id,
      kind: signal.kind,
      requestedBy: signal.requested_by,
      expiredInteractionId: signal.interaction_id,
      requestedAt: iso(signal.requested_at),
      deliveredAt: isoOrNull(signal.delivered_at),
    })),
  };
}

function toChange(row: ChangeRow): JobChange {
  return {
    number: row.number,
    patchSet: row.patch_set,
    mergedPatchSet: row.merged_patch_set,
    project: row.project,
    branch: row.branch,
    subject: row.subject,
    owner: row.owner,
    url: row.url,
  };
}

function toPhase(row: PhaseRow): Phase {
  return {
    id: row.id,
    name: row.name,
    depth: row.depth,
    startedAt: iso(row.started_at),
    finishedAt: isoOrNull(row.finished_at),
  };
}

function toInteraction(row: InteractionRow): Interaction {
  return {
    id: row.id,
    jobId: row.job_id,
    kind: row.kind,
    message: row.message,
    // What is typed for an option is between the worker and the terminal.
    options: row.options.map(({ text, value }) => ({ text, value })),
    default: row.default_value,
    recognised: row.recognised,
    complaint: row.complaint,
    state: row.state,
    askedAt: iso(row.asked_at),
    endedAt: isoOrNull(row.ended_at),
    remindedAt: isoOrNull(row.reminded_at),
    reminders: row.reminder_count,
    expiresAt: isoOrNull(row.expires_at),
    expiryAction: row.expiry_action,
    answer:
      row.answer === null
        ? null
        : {
            value: row.answer.value,
            text: row.answer.text,
            answeredBy: row.answer.answered_by,
            answeredAt: iso(row.answer.answered_at),
            delivery: row.answer.delivery,
          },
  };
}
