// The tables of SpiderPig, in schema `spiderpig`. Enums and CHECKs are made from the tuples of lib/domain, so
// a state exists once. After a change run `npm run baseline`. Functions, triggers, comments, grants and the history
// views are in the hand-written files of drizzle/ (repeatable.ts), because drizzle-kit generates none of them.
//
// Current rows answer "now", `job_event` answers "how it came to be"; both are written in one transaction.
// Nothing here is ever deleted by the program except output past its retention.
import { sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  bigint,
  boolean,
  check,
  customType,
  foreignKey,
  index,
  integer,
  json,
  jsonb,
  pgSchema,
  primaryKey,
  text,
  timestamp,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import {
  type AnswerValue,
  DELIVERY_STATES,
  INTERACTION_KINDS,
  INTERACTION_STATES,
  type InteractionOption,
  type OptionValue,
} from "../domain/interaction.ts";
import {
  JOB_KINDS,
  JOB_STATES,
  LANE_PATTERN,
  LIVE_STATES,
  OUTCOMES,
  REACHES,
  REASON_CODES,
  STATE_OF_OUTCOME,
  TERMINAL_STATES,
} from "../domain/job.ts";
import type { Evidence } from "../domain/evidence.ts";
import { SIGNAL_KINDS } from "../domain/signal.ts";
import type { ScreenContent } from "../domain/terminal.ts";
import type { Progress } from "../contract/job.ts";

export const spiderpig = pgSchema("spiderpig");

export const jobKind = spiderpig.enum("job_kind", JOB_KINDS);
export const jobState = spiderpig.enum("job_state", JOB_STATES);
export const outcome = spiderpig.enum("outcome", OUTCOMES);
export const reached = spiderpig.enum("reached", REACHES);
export const reasonCode = spiderpig.enum("reason_code", REASON_CODES);
export const interactionKind = spiderpig.enum("interaction_kind", INTERACTION_KINDS);
export const interactionState = spiderpig.enum("interaction_state", INTERACTION_STATES);
export const deliveryState = spiderpig.enum("delivery_state", DELIVERY_STATES);
export const signalKind = spiderpig.enum("signal_kind", SIGNAL_KINDS);

const bytea = customType<{ data: Buffer }>({ dataType: () => "bytea" });
const at = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

/** Literals for CHECKs and partial indexes; the words come from lib/domain, never from people. */
const among = (words: readonly string[]) => sql.raw(words.map((word) => `'${word}'`).join(", "));
const outcomeFitsState = OUTCOMES.map((word) => `('${word}', '${STATE_OF_OUTCOME[word]}')`).join(", ");

export const worker = spiderpig.table("worker", {
  id: uuid("id").primaryKey(),
  host: text("host").notNull(),
  pid: integer("pid").notNull(),
  version: text("version").notNull(),
  /** Secrets for its jobs are sealed to this; the private half is in the worker's memory only. */
  publicKey: text("public_key"),
  startedAt: at("started_at").notNull().defaultNow(),
  seenAt: at("seen_at").notNull().defaultNow(),
  stoppedAt: at("stopped_at"),
});

export const job = spiderpig.table(
  "job",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    kind: jobKind("kind").notNull(),
    lane: text("lane").notNull(),
    state: jobState("state").notNull().default("queued"),
    outcome: outcome("outcome"),
    requestedBy: text("requested_by").notNull(),
    /** Subcommand and arguments as they are appended to SCAP_COMMAND. */
    command: text("command").array().notNull(),
    retryOf: integer("retry_of"),
    idempotencyKey: text("idempotency_key"),
    createdAt: at("created_at").notNull().defaultNow(),
    startedAt: at("started_at"),
    finishedAt: at("finished_at"),
    laneReleasedAt: at("lane_released_at"),
    /** Who confirmed the state of a lost deployment; null when the lane was released by the job's own end. */
    laneReleasedBy: text("lane_released_by"),
    exitCode: integer("exit_code"),
    exitSignal: integer("exit_signal"),
    /** How far the changes came; while it runs, so far. After a rollback: where they still are. */
    reached: reached("reached").notNull().default("nowhere"),
    /** The sync to that group of servers was not seen to finish. */
    reachIsPartial: boolean("reach_is_partial").notNull().default(false),
    /** scap voted for the changes, so they may be merged whatever becomes of scap. */
    isApproved: boolean("is_approved").notNull().default(false),
    /** What the stored output has shown; read and written by workers only. */
    evidence: jsonb("evidence").$type<Evidence>(),
    /** scap's own sentence for the outcome. */
    reason: text("reason"),
    reasonCode: reasonCode("reason_code"),
    /** The first line of the log that reports an error. */
    errorLine: integer("error_line"),
    /** Who decided that it ends: by the answer to the decisive question, by a signal, or by cancelling it. */
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
    /** Grows with every worker that takes the job over; a write or an order with an older one is refused. */
    leaseEpoch: integer("lease_epoch").notNull().default(0),
    status: text("status"),
    progress: jsonb("progress").$type<Progress>(),
    eventSeq: integer("event_seq").notNull().default(0),
    lineCount: integer("line_count").notNull().default(0),
    outputBytes: bigint("output_bytes", { mode: "number" }).notNull().default(0),
    /** From then on its chunks and sensitive lines are gone, or about to go. */
    outputRemovedAt: at("output_removed_at"),
  },
  (t) => [
    foreignKey({ name: "retry_of_a_job", columns: [t.retryOf], foreignColumns: [t.id] }),
    check("lane_is_a_name", sql`${t.lane} ~ '${sql.raw(LANE_PATTERN.source)}'`),
    check("requested_by_is_named", sql`length(${t.requestedBy}) between 1 and 100`),
    check(
      "finished_iff_terminal",
      sql`(${t.finishedAt} is not null) = (${t.state} in (${among(TERMINAL_STATES)}))`,
    ),
    check("outcome_iff_terminal", sql`(${t.outcome} is not null) = (${t.finishedAt} is not null)`),
    check(
      "outcome_fits_state",
      sql`${t.outcome} is null or (${t.outcome}::text, ${t.state}::text) in (${sql.raw(outcomeFitsState)})`,
    ),
    check("live_has_started", sql`${t.state} not in (${among(LIVE_STATES)}) or ${t.startedAt} is not null`),
    check("queued_has_not_started", sql`${t.state} <> 'queued' or ${t.startedAt} is null`),
    check(
      "exit_only_when_finished",
      sql`${t.finishedAt} is not null or (${t.exitCode} is null and ${t.exitSignal} is null)`,
    ),
    check("live_keeps_its_output", sql`${t.outputRemovedAt} is null or ${t.finishedAt} is not null`),
    check("live_keeps_its_lane", sql`${t.laneReleasedAt} is null or ${t.finishedAt} is not null`),
    unique("idempotency_key_once_a_user").on(t.requestedBy, t.idempotencyKey),
    uniqueIndex("one_job_holds_a_lane")
      .on(t.lane)
      .where(sql`${t.startedAt} is not null and ${t.laneReleasedAt} is null`),
    index("job_queue")
      .on(t.lane, t.id)
      .where(sql`${t.state} = 'queued'`),
    index("job_live")
      .on(t.id)
      .where(sql`${t.finishedAt} is null`),
    index("job_with_output")
      .on(t.finishedAt)
      .where(sql`${t.outputRemovedAt} is null and ${t.finishedAt} is not null`),
    index("job_by_requester").on(t.requestedBy, t.id),
    index("job_by_creation").on(t.createdAt),
  ],
);

export const change = spiderpig.table(
  "change",
  {
    jobId: integer("job_id")
      .notNull()
      .references(() => job.id),
    /** 1 for the first that was entered. */
    position: integer("position").notNull(),
    number: integer("number").notNull(),
    /** The current one when the job was created. */
    patchSet: integer("patch_set"),
    /** The one that was merged instead, where scap found a newer one; null where it did not. */
    mergedPatchSet: integer("merged_patch_set"),
    project: text("project").notNull(),
    branch: text("branch").notNull(),
    subject: text("subject").notNull(),
    owner: text("owner").notNull(),
    url: text("url").notNull(),
  },
  (t) => [
    primaryKey({ name: "change_pkey", columns: [t.jobId, t.position] }),
    unique("change_once_a_job").on(t.jobId, t.number),
    index("change_by_number").on(t.number, t.jobId),
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
    options: jsonb("options").$type<(InteractionOption & { typed?: string })[]>().notNull(),
    defaultValue: jsonb("default_value").$type<OptionValue>(),
    recognised: boolean("recognised").notNull(),
    complaint: text("complaint"),
    state: interactionState("state").notNull().default("pending"),
    askedAt: at("asked_at").notNull(),
    endedAt: at("ended_at"),
    remindedAt: at("reminded_at"),
    reminderCount: integer("reminder_count").notNull().default(0),
    /** The policy as it was when the question was asked; null when it waits for as long as it takes. */
    expiresAt: at("expires_at"),
    expiryAction: signalKind("expiry_action"),
    /** Sent with the notification of the answer. Only a role that may read this table, and so write answers, knows it. */
    answerToken: uuid("answer_token")
      .notNull()
      .default(sql`gen_random_uuid()`),
  },
  (t) => [
    unique("prompt_once_a_job").on(t.jobId, t.promptKey),
    check("ended_iff_not_pending", sql`(${t.endedAt} is not null) = (${t.state} <> 'pending')`),
    check("reminded_iff_counted", sql`(${t.remindedAt} is null) = (${t.reminderCount} = 0)`),
    check("expiry_has_an_action", sql`(${t.expiresAt} is null) = (${t.expiryAction} is null)`),
    check("message_is_bounded", sql`length(${t.message}) <= 65536`),
    uniqueIndex("one_pending_interaction_a_job")
      .on(t.jobId)
      .where(sql`${t.state} = 'pending'`),
    index("interaction_by_job").on(t.jobId, t.id),
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
    answeredAt: at("answered_at").notNull().defaultNow(),
    delivery: deliveryState("delivery").notNull().default("accepted"),
    typedAt: at("typed_at"),
    settledAt: at("settled_at"),
  },
  (t) => [
    check("answered_by_is_named", sql`length(${t.answeredBy}) between 1 and 100`),
    check(
      "settled_iff_delivery_known",
      sql`(${t.settledAt} is not null) = (${t.delivery} in ('consumed', 'not_consumed', 'undelivered'))`,
    ),
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
    /** The question whose expiry asked for it, and which it is meant for; null when a person asked. */
    interactionId: integer("interaction_id").references(() => interaction.id),
    requestedBy: text("requested_by").notNull(),
    requestedAt: at("requested_at").notNull().defaultNow(),
    deliveredAt: at("delivered_at"),
    /** How many processes got it; 0 when there was none left. */
    processCount: integer("process_count"),
  },
  (t) => [
    check("delivered_says_to_how_many", sql`(${t.deliveredAt} is null) = (${t.processCount} is null)`),
    index("signal_by_job").on(t.jobId, t.id),
  ],
);

export const phase = spiderpig.table(
  "phase",
  {
    jobId: integer("job_id")
      .notNull()
      .references(() => job.id),
    /** 1 for the first phase of the job. */
    id: integer("id").notNull(),
    name: text("name").notNull(),
    depth: integer("depth").notNull(),
    startedAt: at("started_at").notNull(),
    finishedAt: at("finished_at"),
  },
  (t) => [
    primaryKey({ name: "phase_pkey", columns: [t.jobId, t.id] }),
    check("phase_ends_after_it_starts", sql`${t.finishedAt} >= ${t.startedAt}`),
  ],
);

export const outputChunk = spiderpig.table(
  "output_chunk",
  {
    jobId: integer("job_id")
      .notNull()
      .references(() => job.id),
    /** 1 for the first chunk of the job. */
    seq: integer("seq").notNull(),
    at: at("at").notNull(),
    /** Position in the holder's journal up to which this chunk accounts for everything. */
    journalEnd: bigint("journal_end", { mode: "number" }).notNull(),
    /** Bytes of output behind `journal_end` that are accounted for too; the rest of that record is not. */
    journalSkip: integer("journal_skip").notNull().default(0),
    raw: bytea("raw").notNull(),
  },
  (t) => [primaryKey({ name: "output_chunk_pkey", columns: [t.jobId, t.seq] })],
);

/** Lines of the log that can never change again, in blocks of consecutive lines that were printed within a moment. */
export const logBlock = spiderpig.table(
  "log_block",
  {
    jobId: integer("job_id")
      .notNull()
      .references(() => job.id),
    /** 1 for the first line of the job. */
    firstLine: integer("first_line").notNull(),
    lineCount: integer("line_count").notNull(),
    /** When the text of the first of these lines changed last; the others are within 100 ms of it. */
    at: at("at").notNull(),
    /** The lines, joined by newlines: printable characters, colours (SGR) and links (OSC 8), nothing else. */
    text: text("text").notNull(),
  },
  (t) => [
    primaryKey({ name: "log_block_pkey", columns: [t.jobId, t.firstLine] }),
    check("block_has_lines", sql`${t.firstLine} > 0 and ${t.lineCount} > 0`),
  ],
);

/** The end of a job's log: the lines that the program may still redraw, and the terminal that they stand on. */
export const logTail = spiderpig.table(
  "log_tail",
  {
    jobId: integer("job_id")
      .primaryKey()
      .references(() => job.id),
    /** Lines in log_block; the first live line has the number behind it. */
    settledLines: integer("settled_lines").notNull(),
    liveTexts: text("live_texts").array().notNull(),
    liveAt: at("live_at").array().notNull(),
    /** The place in the journal, as in the last chunk, that `terminal` is the state at. */
    journalEnd: bigint("journal_end", { mode: "number" }).notNull(),
    journalSkip: integer("journal_skip").notNull(),
    /** State of the emulator. Not jsonb, which refuses strings that hold a NUL. Null when the program has ended. */
    terminal: json("terminal").$type<unknown>(),
    /** The visible rows, while a `screen` interaction is pending or the alternate screen is shown. */
    screen: json("screen").$type<ScreenContent>(),
  },
  (t) => [check("live_lines_have_times", sql`cardinality(${t.liveTexts}) = cardinality(${t.liveAt})`)],
);

export const sensitiveLine = spiderpig.table(
  "sensitive_line",
  {
    jobId: integer("job_id")
      .notNull()
      .references(() => job.id),
    /** The line of the log in whose place a notice stands. */
    line: integer("line").notNull(),
    text: text("text").notNull(),
  },
  (t) => [primaryKey({ name: "sensitive_line_pkey", columns: [t.jobId, t.line] })],
);

export const lane = spiderpig.table("lane", {
  /** Locked by whoever freezes the lane or starts a job in it. */
  name: text("name").primaryKey(),
});

export const laneFreeze = spiderpig.table(
  "lane_freeze",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    lane: text("lane").notNull(),
    reason: text("reason").notNull(),
    frozenBy: text("frozen_by").notNull(),
    frozenAt: at("frozen_at").notNull().defaultNow(),
    /** It ends by itself then; null when somebody has to lift it. */
    until: at("until"),
    liftedBy: text("lifted_by"),
    liftedAt: at("lifted_at"),
  },
  (t) => [
    check("freeze_has_a_reason", sql`length(${t.reason}) between 1 and 500`),
    check("lifted_by_somebody", sql`(${t.liftedAt} is null) = (${t.liftedBy} is null)`),
    check("freeze_ends_after_it_starts", sql`${t.until} > ${t.frozenAt}`),
    uniqueIndex("one_freeze_a_lane")
      .on(t.lane)
      .where(sql`${t.liftedAt} is null`),
  ],
);

export const jobEvent = spiderpig.table(
  "job_event",
  {
    jobId: integer("job_id")
      .notNull()
      .references(() => job.id),
    /** 1 for the creation of the job; without gaps, in the order of the commits. */
    seq: integer("seq").notNull(),
    at: at("at").notNull().defaultNow(),
    kind: text("kind").notNull(),
    /** The person who caused it; null when scap or a worker did. */
    actor: text("actor"),
    interactionId: integer("interaction_id"),
    phaseId: integer("phase_id"),
    data: jsonb("data").$type<Record<string, unknown>>().notNull().default({}),
  },
  (t) => [
    primaryKey({ name: "job_event_pkey", columns: [t.jobId, t.seq] }),
    index("job_event_by_time").on(t.at),
  ],
);

export const jobMove = spiderpig.table(
  "job_move",
  { fromState: jobState("from_state").notNull(), toState: jobState("to_state").notNull() },
  (t) => [primaryKey({ name: "job_move_pkey", columns: [t.fromState, t.toState] })],
);

export const interactionMove = spiderpig.table(
  "interaction_move",
  { fromState: interactionState("from_state").notNull(), toState: interactionState("to_state").notNull() },
  (t) => [primaryKey({ name: "interaction_move_pkey", columns: [t.fromState, t.toState] })],
);
