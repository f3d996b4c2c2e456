// Jobs and interactions as the HTTP interface shows them. PostgreSQL builds each as one JSON document with the fields of
// lib/contract: each field is mapped here, and nowhere else. Writing is in the other files of this folder.
import type { JobChange } from "../contract/change.ts";
import type { Interaction } from "../contract/interaction.ts";
import type { Decision, IgnoredCheck } from "../contract/decision.ts";
import type { Job, JobSummary, Phase } from "../contract/job.ts";
import type { SignalRecord } from "../contract/signal.ts";
import { type Database, search, type Transaction } from "./connection.ts";
import { TRAIN } from "../domain/train.ts";
import { holdsLane, isStartable, unresponsiveSince } from "./rules.ts";
import { firstRow, integer, json, type RowOf, rows, statement } from "./statement.ts";

/** SQL for each field of a document: the compiler refuses a missing and an unknown one. */
type Fields<Document> = { [Name in keyof Document]-?: string };

const object = (fields: Record<string, string>): string =>
  `json_build_object(${Object.entries(fields)
    .map(([name, sql]) => `'${name}', ${sql}`)
    .join(", ")})`;

/** @param from what comes after FROM. */
const array = (item: string, from: string, order: string): string =>
  `(select coalesce(json_agg(${item} order by ${order}), '[]') from ${from})`;

/** As `Date.toISOString` writes it. */
const iso = (time: string): string => `to_char(${time} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const CHANGE = object({
  number: "c.number",
  patchSet: "c.patch_set",
  mergedPatchSet: "c.merged_patch_set",
  project: "c.project",
  branch: "c.branch",
  subject: "c.subject",
  owner: "c.owner",
  url: "c.url",
} satisfies Fields<JobChange>);

const ANSWER = object({
  value: "a.value",
  text: "a.text",
  answeredBy: "a.answered_by",
  answeredAt: iso("a.answered_at"),
  delivery: "a.delivery",
  errorsAtAnswer: "a.errors_at_answer",
} satisfies Fields<NonNullable<Interaction["answer"]>>);

/** What is typed for an option is between the worker and the terminal. */
const OPTION = object({ text: "o.value -> 'text'", value: "o.value -> 'value'" });

const INTERACTION = object({
  id: "i.id",
  jobId: "i.job_id",
  kind: "i.kind",
  message: "i.message",
  options: array(
    OPTION,
    "jsonb_array_elements(i.options) with ordinality as o (value, position)",
    "o.position",
  ),
  default: "i.default_value",
  recognised: "i.recognised",
  complaint: "i.complaint",
  state: "i.state",
  askedAt: iso("i.asked_at"),
  line: "i.line",
  endedAt: iso("i.ended_at"),
  remindedAt: iso("i.reminded_at"),
  reminders: "i.reminder_count",
  expiresAt: iso("i.expires_at"),
  expiryAction: "i.expiry_action",
  errorsBefore: "i.errors_before",
  errorsAtQuestion: "i.errors_at_question",
  answer: `(select ${ANSWER} from spiderpig.answer a where a.interaction_id = i.id)`,
} satisfies Fields<Interaction>);

const PHASE = object({
  id: "p.id",
  name: "p.name",
  depth: "p.depth",
  startedAt: iso("p.started_at"),
  finishedAt: iso("p.finished_at"),
  firstLine: "p.first_line",
  lastLine: "p.last_line",
  usual: "p.usual",
} satisfies Fields<Phase>);

const SIGNAL = object({
  id: "s.id",
  kind: "s.kind",
  requestedBy: "s.requested_by",
  expiredInteractionId: "s.interaction_id",
  requestedAt: iso("s.requested_at"),
  deliveredAt: iso("s.delivered_at"),
} satisfies Fields<SignalRecord>);

const reference = (job: string): string =>
  object({
    id: `${job}.id`,
    requestedBy: `${job}.requested_by`,
    state: `${job}.state`,
  } satisfies Fields<NonNullable<Job["blockedBy"]>>);

/** The job that holds the lane, otherwise the one queued right before. */
const BLOCKED_BY = `case when ${isStartable("j")} then coalesce(
  (select ${reference("h")} from spiderpig.job h where h.lane = j.lane and ${holdsLane("h")}),
  (select ${reference("q")}
   from spiderpig.job q
   where q.lane = j.lane and ${isStartable("q")} and q.queue_rank < j.queue_rank
   order by q.queue_rank desc
   limit 1)) end`;

const QUEUE_POSITION = `case when ${isStartable("j")} then (
  select count(*) + 1 from spiderpig.job q where q.lane = j.lane and ${isStartable("q")}
    and q.queue_rank < j.queue_rank) end`;

const HELD = `case when j.state = 'queued' and j.held_at is not null then ${object({
  at: iso("j.held_at"),
  reason: "j.held_reason",
} satisfies Fields<NonNullable<JobSummary["held"]>>)} end`;

const OPERATION = object({
  name: "j.operation -> 'name'",
  completedLabel: "j.operation -> 'completedLabel'",
  evidence: "j.operation -> 'evidence'",
} satisfies Fields<JobSummary["operation"]>);

/** The changes by the job `other`, where `own` is this one. */
const revertedChanges = (own: string, other: string): string => `(
  select ${other} as id, array_agg(rc.number order by rc.number) as numbers
  from spiderpig.reverted_change rc
  where ${own} = j.id
  group by ${other}) rc`;

const REVERTS = array(
  object({ id: "rc.id", changes: "to_jsonb(rc.numbers)" } satisfies Fields<JobSummary["reverts"][number]>),
  revertedChanges("rc.by_job_id", "rc.job_id"),
  "rc.id desc",
);

const REVERTED_BY = array(
  object({
    id: "r.id",
    state: "r.state",
    outcome: "r.outcome",
    reached: "r.reached",
    changes: "to_jsonb(rc.numbers)",
  } satisfies Fields<JobSummary["revertedBy"][number]>),
  `${revertedChanges("rc.job_id", "rc.by_job_id")} join spiderpig.job r on r.id = rc.id`,
  "r.id desc",
);

/**
 * Expects the job as `j`. The correlated sub-selects use the primary keys and the partial indexes of the queue and of
 * pending interactions, so a page of a hundred jobs costs a few milliseconds.
 */
const SUMMARY_FIELDS = {
  id: "j.id",
  kind: "j.kind",
  operation: OPERATION,
  parameters: "j.parameters",
  lane: "j.lane",
  state: "j.state",
  outcome: "j.outcome",
  reached: "j.reached",
  reachIsPartial: "j.reach_is_partial",
  requestedBy: "j.requested_by",
  responsible: "coalesce(j.responsible, j.requested_by)",
  queueRank: "j.queue_rank",
  windowId: "j.window_id",
  changes: array(CHANGE, "spiderpig.change c where c.job_id = j.id", "c.position"),
  status: "j.status",
  progress: "j.progress",
  pendingInteraction: `(select ${INTERACTION} from spiderpig.interaction i where i.job_id = j.id and i.state = 'pending')`,
  createdAt: iso("j.created_at"),
  startedAt: iso("j.started_at"),
  finishedAt: iso("j.finished_at"),
  exitCode: "j.exit_code",
  exitSignal: "j.exit_signal",
  retryOf: "j.retry_of",
  reverts: REVERTS,
  revertedBy: REVERTED_BY,
  held: HELD,
  hosts: "j.operation -> 'hosts'",
  failedStarts: "j.failed_starts",
  policyOverride: "j.policy_override",
  totalLines: "j.line_count",
  workerUnresponsiveSince: iso(`(${unresponsiveSince("j")})`),
} satisfies Fields<JobSummary>;

const DECISION = object({
  user: "j.decided_by",
  interactionId: "i.id",
  question: "i.message",
  answer: "a.text",
  signal: "s.kind",
} satisfies Fields<Decision>);

const DECIDED_BY = `case when j.decided_by is not null then (
  select ${DECISION}
  from (values (1)) as one
  left join spiderpig.interaction i on i.id = j.decisive_interaction_id
  left join spiderpig.answer a on a.interaction_id = i.id
  left join spiderpig.signal s on s.id = j.decisive_signal_id) end`;

const IGNORED_CHECK = object({
  interactionId: "i.id",
  question: "i.message",
  answeredBy: "a.answered_by",
} satisfies Fields<IgnoredCheck>);

const DECLARED_LOST = object({
  by: "e.actor",
  at: iso("e.at"),
  note: "e.data ->> 'note'",
} satisfies Fields<NonNullable<Job["declaredLost"]>>);

const FOUND_RUNNING = object({
  at: iso("e.at"),
  host: "e.data ->> 'host'",
  pid: "e.data -> 'pid'",
} satisfies Fields<NonNullable<Job["foundRunning"]>>);

/** A document about the one event of that kind that a lost job may have. */
const eventOfLostJob = (kind: string, document: string): string => `case when j.state = 'lost' then (
  select ${document} from spiderpig.job_event e where e.job_id = j.id and e.kind = '${kind}') end`;

/** A TrainSnapshot. */
const TRAIN_SNAPSHOT = `t.summary || jsonb_build_object('readAt', ${iso("t.read_at")})`;

const trainAt = (moment: string): string => `(
  select ${TRAIN_SNAPSHOT}
  from spiderpig.train_job_state m
  join spiderpig.train_state t on t.id = m.state_id
  where m.job_id = j.id and m.moment = '${moment}')`;

const JOB_TRAIN = `case when j.kind = '${TRAIN}' then ${object({
  before: trainAt("before"),
  after: trainAt("after"),
} satisfies Fields<NonNullable<Job["train"]>>)} end`;

const JOB_FIELDS = {
  ...SUMMARY_FIELDS,
  queuePosition: QUEUE_POSITION,
  blockedBy: BLOCKED_BY,
  isApproved: "j.is_approved",
  reason: "j.reason",
  reasonCode: "j.reason_code",
  errorLine: "j.error_line",
  decidedBy: DECIDED_BY,
  ignoredChecks: array(
    IGNORED_CHECK,
    `spiderpig.interaction i
     join spiderpig.answer a on a.interaction_id = i.id
     where i.id = any (j.ignored_checks)`,
    "i.id",
  ),
  endedProcesses: "j.ended_processes",
  command: "j.command",
  host: "j.host",
  outputRemovedAt: iso("j.output_removed_at"),
  declaredLost: eventOfLostJob("job_declared_lost", DECLARED_LOST),
  foundRunning: eventOfLostJob("holder_found_running", FOUND_RUNNING),
  train: JOB_TRAIN,
  phases: array(PHASE, "spiderpig.phase p where p.job_id = j.id", "p.id"),
  interactions: array(INTERACTION, "spiderpig.interaction i where i.job_id = j.id", "i.id"),
  signals: array(SIGNAL, "spiderpig.signal s where s.job_id = j.id", "s.id"),
} satisfies Fields<Job>;

const JOB = statement(
  { job: json<Job>(), eventSeq: integer },
  `select ${object(JOB_FIELDS)} as job, j.event_seq as "eventSeq" from spiderpig.job j where j.id = $1`,
);

/** The whole job, and the number of its newest event: the cursor from which a stream continues. */
export async function findJob(db: Database, id: number): Promise<{ job: Job; eventSeq: number } | undefined> {
  return firstRow(db, JOB, [id]);
}

const SUMMARIES = statement(
  { job: json<JobSummary>() },
  `select ${object(SUMMARY_FIELDS)} as job from spiderpig.job j`,
);

const ORDERS = { oldest: "j.id", newest: "j.id desc", queue: "j.queue_rank" } as const;

/** @param where a condition on the job `j`. */
export async function listSummaries(
  db: Database,
  where: string,
  values: unknown[],
  limit: number,
  order: "oldest" | "newest" | "queue" = "newest",
): Promise<JobSummary[]> {
  const text = `${SUMMARIES.text} where ${where} order by ${ORDERS[order]} limit ${limit}`;
  const found = await search<RowOf<typeof SUMMARIES.columns>>(db, text, values);
  return found.map((row) => row.job);
}

const ONE_INTERACTION = statement(
  { interaction: json<Interaction>() },
  `select ${INTERACTION} as interaction from spiderpig.interaction i where i.job_id = $1 and i.id = $2`,
);

/** As this transaction sees it. */
export async function readInteraction(
  tx: Transaction,
  jobId: number,
  id: number,
): Promise<Interaction | undefined> {
  const found = await firstRow(tx, ONE_INTERACTION, [jobId, id]);
  return found?.interaction;
}

const PENDING_INTERACTIONS = statement(
  { interaction: json<Interaction>() },
  `select ${INTERACTION} as interaction
   from spiderpig.interaction i
   where i.state = 'pending'
   order by i.asked_at, i.id`,
);

/** All pending interactions, the oldest first. */
export async function listPendingInteractions(db: Database): Promise<Interaction[]> {
  const found = await rows(db, PENDING_INTERACTIONS);
  return found.map((row) => row.interaction);
}

const GIVEN_ANSWERS = statement(
  { interaction: json<Interaction>() },
  `select ${INTERACTION} as interaction
   from spiderpig.answer given
   join spiderpig.interaction i on i.id = given.interaction_id
   where given.answered_by = $1 and ($2::integer is null or given.interaction_id < $2)
   order by given.interaction_id desc
   limit $3`,
);

/** The questions that a person answered, the newest first. @param before the last one of the previous page. */
export async function listGivenAnswers(
  db: Database,
  person: string,
  before: number | undefined,
  limit: number,
): Promise<Interaction[]> {
  const found = await rows(db, GIVEN_ANSWERS, [person, before ?? null, limit]);
  return found.map((row) => row.interaction);
}
