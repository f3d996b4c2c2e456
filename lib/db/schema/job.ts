// Jobs and what people do with them: changes, interactions, answers and signals. One file, because foreign keys go in
// both directions: an interaction belongs to a job, and a job names the interaction or signal that decided it.
//
// These rows hold the current state; `job_event` holds the history. Both are written in one transaction, and no row is
// ever deleted.
import { sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  bigint,
  boolean,
  check,
  doublePrecision,
  foreignKey,
  index,
  integer,
  interval,
  jsonb,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import type { AnswerValue, InteractionOption, OptionValue } from "../../domain/interaction.ts";
import { LANE_PATTERN, LIVE_STATES, OUTCOMES, STATE_OF_OUTCOME, TERMINAL_STATES } from "../../domain/job.ts";
import type { Evidence } from "../../domain/evidence.ts";
import { type JobOperation, KIND_PATTERN, type OperationValues } from "../../domain/operation.ts";
import type { FailedStart, PolicyOverride, Progress } from "../../contract/job.ts";
import {
  deliveryState,
  interactionKind,
  interactionState,
  jobState,
  literals,
  outcome,
  reached,
  reasonCode,
  signalKind,
  spiderpig,
  timestamptz,
} from "./base.ts";
import { deploymentWindow } from "./window.ts";
import { referenceIndexes, reportIndexes } from "./job-indexes.ts";
import { worker } from "./worker.ts";

/** The pairs (outcome, state) that fit together. */
const FITTING_OUTCOMES = OUTCOMES.map((each) => `('${each}', '${STATE_OF_OUTCOME[each]}')`).join(", ");

export const job = spiderpig.table(
  "job",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    kind: text("kind").notNull(),
    /** The operation as it was when the job was queued. */
    operation: jsonb("operation").$type<JobOperation>().notNull(),
    /** As the operation has accepted them; changes by their numbers. */
    parameters: jsonb("parameters").$type<OperationValues>().notNull(),
    lane: text("lane").notNull(),
    state: jobState("state").notNull().default("queued"),
    outcome: outcome("outcome"),
    requestedBy: text("requested_by").notNull(),
    /** The person who took the job over and answers its questions; null: the one who requested it. */
    responsible: text("responsible"),
    /** Queued jobs of a lane start in this order. It changes only while the job is queued. */
    queueRank: integer("queue_rank").notNull().generatedByDefaultAsIdentity(),
    /** The window for which it was requested. */
    windowId: integer("window_id").references(() => deploymentWindow.id),
    /** Subcommand and arguments as they are appended to SCAP_COMMAND. */
    command: text("command").array().notNull(),
    retryOf: integer("retry_of"),
    idempotencyKey: text("idempotency_key"),
    /** Of its request (W3C Trace Context): its command continues the trace. */
    traceparent: text("traceparent"),
    createdAt: timestamptz("created_at").notNull().defaultNow(),
    /** While it is queued and held, it does not start. */
    heldAt: timestamptz("held_at"),
    heldReason: text("held_reason"),
    /** The hosts that could not start it. None of them tries again. */
    failedStarts: jsonb("failed_starts").$type<FailedStart[]>().notNull().default([]),
    /** Who overrode the policy for this job, when and why. */
    policyOverride: jsonb("policy_override").$type<PolicyOverride>(),
    startedAt: timestamptz("started_at"),
    finishedAt: timestamptz("finished_at"),
    laneReleasedAt: timestamptz("lane_released_at"),
    /** The admin who confirmed the state of a lost deployment; null when the lane was released by the end of the job. */
    laneReleasedBy: text("lane_released_by"),
    exitCode: integer("exit_code"),
    exitSignal: integer("exit_signal"),
    /** How far the changes came; while it runs, so far. After a rollback: where they still are. */
    reached: reached("reached").notNull().default("nowhere"),
    /** The sync to that group of servers was not seen to finish. */
    reachIsPartial: boolean("reach_is_partial").notNull().default(false),
    /** scap voted for the changes, so Gerrit may merge them even if scap ends. */
    isApproved: boolean("is_approved").notNull().default(false),
    /** The evidence in the stored output; read and written by workers only. */
    evidence: jsonb("evidence").$type<Evidence>(),
    /** scap's own sentence for the outcome. */
    reason: text("reason"),
    reasonCode: reasonCode("reason_code"),
    /** The first line of the log that reports an error. */
    errorLine: integer("error_line"),
    /** The person who ended it: by the answer to the decisive question, by a signal, or by cancelling it. */
    decidedBy: text("decided_by"),
    decisiveInteractionId: integer("decisive_interaction_id").references((): AnyPgColumn => interaction.id),
    decisiveSignalId: integer("decisive_signal_id").references((): AnyPgColumn => signal.id),
    /** Questions at which a failed check was ignored. */
    ignoredChecks: integer("ignored_checks")
      .array()
      .notNull()
      .default(sql`'{}'`),
    /** Names of processes that it left running and that were ended after it. */
    endedProcesses: text("ended_processes")
      .array()
      .notNull()
      .default(sql`'{}'`),
    host: text("host"),
    workerId: uuid("worker_id").references(() => worker.id),
    /** Incremented at every takeover; a write or an order with an older epoch is refused. */
    leaseEpoch: integer("lease_epoch").notNull().default(0),
    status: text("status"),
    progress: jsonb("progress").$type<Progress>(),
    eventSeq: integer("event_seq").notNull().default(0),
    lineCount: integer("line_count").notNull().default(0),
    outputBytes: bigint("output_bytes", { mode: "number" }).notNull().default(0),
    /** How long its questions were unanswered while it ran. Set when it ends. */
    waited: interval("waited"),
    /** From then on its output is deleted, or about to be. */
    outputRemovedAt: timestamptz("output_removed_at"),
    /** All of it is deleted. */
    outputDeletedAt: timestamptz("output_deleted_at"),
  },
  (t) => [
    foreignKey({ name: "retry_of_a_job", columns: [t.retryOf], foreignColumns: [t.id] }),
    check("kind_is_a_name", sql`${t.kind} ~ '${sql.raw(KIND_PATTERN.source)}'`),
    check("lane_is_a_name", sql`${t.lane} ~ '${sql.raw(LANE_PATTERN.source)}'`),
    check("requested_by_is_named", sql`length(${t.requestedBy}) between 1 and 100`),
    check(
      "finished_iff_terminal",
      sql`(${t.finishedAt} is not null) = (${t.state} in (${literals(TERMINAL_STATES)}))`,
    ),
    check("outcome_iff_terminal", sql`(${t.outcome} is not null) = (${t.finishedAt} is not null)`),
    check(
      "outcome_fits_state",
      sql`${t.outcome} is null or (${t.outcome}::text, ${t.state}::text) in (${sql.raw(FITTING_OUTCOMES)})`,
    ),
    check(
      "live_has_started",
      sql`${t.state} not in (${literals(LIVE_STATES)}) or ${t.startedAt} is not null`,
    ),
    check("held_for_a_reason", sql`(${t.heldAt} is null) = (${t.heldReason} is null)`),
    check("held_has_not_started", sql`${t.heldAt} is null or ${t.startedAt} is null`),
    check("queued_has_not_started", sql`${t.state} <> 'queued' or ${t.startedAt} is null`),
    check(
      "exit_only_when_finished",
      sql`${t.finishedAt} is not null or (${t.exitCode} is null and ${t.exitSignal} is null)`,
    ),
    check("live_keeps_its_output", sql`${t.outputRemovedAt} is null or ${t.finishedAt} is not null`),
    check(
      "only_removed_output_is_deleted",
      sql`${t.outputDeletedAt} is null or ${t.outputRemovedAt} is not null`,
    ),
    check("live_keeps_its_lane", sql`${t.laneReleasedAt} is null or ${t.finishedAt} is not null`),
    unique("idempotency_key_once_per_user").on(t.requestedBy, t.idempotencyKey),
    uniqueIndex("one_job_holds_a_lane")
      .on(t.lane)
      .where(sql`${t.startedAt} is not null and ${t.laneReleasedAt} is null`),
    index("job_queue")
      .on(t.lane, t.queueRank)
      .where(sql`${t.state} = 'queued'`),
    index("job_live")
      .on(t.id)
      .where(sql`${t.finishedAt} is null`),
    index("job_with_output")
      .on(t.finishedAt)
      .where(
        sql`${t.outputRemovedAt} is null and ${t.laneReleasedAt} is not null
          and (${t.outputBytes} > 0 or ${t.state} = 'lost')`,
      ),
    index("job_with_removed_output")
      .on(t.id)
      .where(sql`${t.outputRemovedAt} is not null and ${t.outputDeletedAt} is null`),
    index("job_by_requester").on(t.requestedBy, t.id),
    index("job_by_creation").on(t.createdAt),
    ...referenceIndexes(t),
    ...reportIndexes(t),
  ],
);

export const change = spiderpig.table(
  "change",
  {
    jobId: integer("job_id")
      .notNull()
      .references(() => job.id),
    /** 1 for the change that was entered first. */
    position: integer("position").notNull(),
    number: integer("number").notNull(),
    /** The current patch set when the job was created. */
    patchSet: integer("patch_set"),
    /** The patch set that was merged instead, if scap found a newer one; null otherwise. */
    mergedPatchSet: integer("merged_patch_set"),
    project: text("project").notNull(),
    branch: text("branch").notNull(),
    subject: text("subject").notNull(),
    owner: text("owner").notNull(),
    url: text("url").notNull(),
    /** When that patch set was uploaded to Gerrit; null when Gerrit did not say. */
    uploadedAt: timestamptz("uploaded_at"),
    /** When Gerrit merged it, if it was merged before the job was created. */
    mergedAt: timestamptz("merged_at"),
  },
  (t) => [
    primaryKey({ name: "change_pkey", columns: [t.jobId, t.position] }),
    unique("change_once_per_job").on(t.jobId, t.number),
    index("change_by_number").on(t.number, t.jobId),
  ],
);

export const revertedChange = spiderpig.table(
  "reverted_change",
  {
    /** The job that deployed the change. */
    jobId: integer("job_id").notNull(),
    number: integer("number").notNull(),
    /** The job that was requested to revert it. */
    byJobId: integer("by_job_id")
      .notNull()
      .references(() => job.id),
  },
  (t) => [
    primaryKey({ name: "reverted_change_pkey", columns: [t.jobId, t.number, t.byJobId] }),
    foreignKey({
      name: "reverted_change_of_a_job",
      columns: [t.jobId, t.number],
      foreignColumns: [change.jobId, change.number],
    }),
    index("reverted_change_by_job").on(t.byJobId),
  ],
);

export const interaction = spiderpig.table(
  "interaction",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    jobId: integer("job_id")
      .notNull()
      .references(() => job.id),
    /** Identity of the prompt within the job: the same prompt seen again by another worker is the same row. */
    promptKey: text("prompt_key").notNull(),
    kind: interactionKind("kind").notNull(),
    message: text("message").notNull(),
    /** The last line of the message, by which questions of different jobs are compared. */
    title: text("title")
      .notNull()
      .generatedAlwaysAs(sql`right(regexp_replace(message, '^.*\\n', ''), 200)`),
    options: jsonb("options").$type<(InteractionOption & { typed?: string })[]>().notNull(),
    defaultValue: jsonb("default_value").$type<OptionValue>(),
    recognised: boolean("recognised").notNull(),
    complaint: text("complaint"),
    state: interactionState("state").notNull().default("pending"),
    askedAt: timestamptz("asked_at").notNull(),
    /** The line of the log at which the program waited. */
    line: integer("line").notNull(),
    endedAt: timestamptz("ended_at"),
    remindedAt: timestamptz("reminded_at"),
    reminderCount: integer("reminder_count").notNull().default(0),
    /** By the policy at the time the question was asked; null when the question never expires. */
    expiresAt: timestamptz("expires_at"),
    expiryAction: signalKind("expiry_action"),
    /** Errors per minute in the ten minutes before the job started; null when they are not known. */
    errorsBefore: doublePrecision("errors_before"),
    errorsAtQuestion: doublePrecision("errors_at_question"),
  },
  (t) => [
    unique("prompt_once_per_job").on(t.jobId, t.promptKey),
    check("ended_iff_not_pending", sql`(${t.endedAt} is not null) = (${t.state} <> 'pending')`),
    check("reminded_iff_counted", sql`(${t.remindedAt} is null) = (${t.reminderCount} = 0)`),
    check("expiry_has_an_action", sql`(${t.expiresAt} is null) = (${t.expiryAction} is null)`),
    check("message_is_bounded", sql`length(${t.message}) <= 65536`),
    check("question_has_a_line", sql`${t.line} > 0`),
    uniqueIndex("one_pending_interaction_per_job")
      .on(t.jobId)
      .where(sql`${t.state} = 'pending'`),
    index("interaction_by_job").on(t.jobId, t.id),
    index("interaction_by_time").on(t.askedAt),
    index("interaction_reminded")
      .on(t.askedAt)
      .where(sql`${t.reminderCount} > 0`),
    index("interaction_unrecognised")
      .on(t.askedAt)
      .where(sql`not ${t.recognised}`),
  ],
);

export const answer = spiderpig.table(
  "answer",
  {
    /** The key makes the first answer win: a second one cannot be inserted. */
    interactionId: integer("interaction_id")
      .primaryKey()
      .references(() => interaction.id),
    value: jsonb("value").$type<AnswerValue>(),
    text: text("text"),
    answeredBy: text("answered_by").notNull(),
    answeredAt: timestamptz("answered_at").notNull().defaultNow(),
    delivery: deliveryState("delivery").notNull().default("accepted"),
    settledAt: timestamptz("settled_at"),
    /** Errors per minute when the answer was accepted; null when they were not known. */
    errorsAtAnswer: doublePrecision("errors_at_answer"),
  },
  (t) => [
    check("answered_by_is_named", sql`length(${t.answeredBy}) between 1 and 100`),
    check(
      "settled_iff_delivery_known",
      sql`(${t.settledAt} is not null) = (${t.delivery} in ('consumed', 'not_consumed', 'undelivered'))`,
    ),
    index("answer_by_person").on(t.answeredBy, t.interactionId),
    index("answer_by_time").on(t.answeredAt),
    index("answer_unsettled")
      .on(t.interactionId)
      .where(sql`${t.settledAt} is null`),
  ],
);

export const signal = spiderpig.table(
  "signal",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    jobId: integer("job_id")
      .notNull()
      .references(() => job.id),
    kind: signalKind("kind").notNull(),
    /** The expired question that caused the signal; null when a person requested it. */
    interactionId: integer("interaction_id").references(() => interaction.id),
    requestedBy: text("requested_by").notNull(),
    requestedAt: timestamptz("requested_at").notNull().defaultNow(),
    deliveredAt: timestamptz("delivered_at"),
    /** How many processes it reached; 0 when none was left. */
    processCount: integer("process_count"),
  },
  (t) => [
    check("delivered_iff_counted", sql`(${t.deliveredAt} is null) = (${t.processCount} is null)`),
    index("signal_by_job").on(t.jobId, t.id),
    index("signal_by_time").on(t.requestedAt),
  ],
);
