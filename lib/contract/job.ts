// Jobs: what lists and pages show of a deployment, and the requests that create and stop one.
import { z } from "zod";
import { JOB_STATES, LANE_PATTERN, OUTCOMES, REACHES, REASON_CODES } from "../domain/job.ts";
import { KIND_PATTERN } from "../domain/operation.ts";
import { SEARCH_LENGTH_MAX, SEARCH_TERMS_MAX, searchTerms } from "../domain/search-words.ts";
import { GERRIT_PROBLEMS, jobChange } from "./change.ts";
import { decision, ignoredCheck } from "./decision.ts";
import { type Endpoint, file, json } from "./endpoint.ts";
import { id, idText, instant, jobParams, listText, note, numberText, time } from "./fields.ts";
import { interaction } from "./interaction.ts";
import { createJobRequest } from "./job-request.ts";
import { jobOperation } from "./operation.ts";
import { signalAccepted, signalRecord, signalRequest } from "./signal.ts";
import { jobTrain } from "./train.ts";

const usualTimes = z.object({
  /** How many earlier runs of this phase the values come from. */
  runs: z.int(),
  medianMs: z.int(),
  p90Ms: z.int(),
  /** From the start of the phase to the end of the job; null if too few jobs succeeded. */
  restMs: z.int().nullable(),
  /** From the start of the phase to the next question; null if usually there is none. */
  questionMs: z.int().nullable(),
});

export const phase = z.object({
  id: z.int(),
  name: z.string(),
  /** 0 for an outermost phase; a phase inside it has 1, and so on. */
  depth: z.int(),
  startedAt: time,
  /** Null while the phase runs, and if the job ended before scap reported its end. */
  finishedAt: time.nullable(),
  /** The line of the log that says that it started. */
  firstLine: z.int().positive(),
  /** The line of the log that says that it finished; null while `finishedAt` is. */
  lastLine: z.int().positive().nullable(),
  /** How long its last runs took, without the time spent waiting for people; null if there were too few. */
  usual: usualTimes.nullable(),
});
export type Phase = z.infer<typeof phase>;

/** A job, some of whose changes this one was requested to revert. */
const revertedJob = z.object({ id, changes: z.array(id) });
/** A job that was requested to revert some changes of this one. They are reverted when it has completed in production. */
const revertingJob = z.object({
  id,
  state: z.enum(JOB_STATES),
  outcome: z.enum(OUTCOMES).nullable(),
  reached: z.enum(REACHES),
  changes: z.array(id),
});
export type RevertingJob = z.infer<typeof revertingJob>;

/** The latest progress that scap printed, in hosts or parts. */
export const progress = z.object({
  name: z.string(),
  /** 0 to 100. */
  percent: z.int(),
  ok: z.int(),
  failed: z.int(),
  left: z.int(),
  inFlight: z.int().nullable(),
});
export type Progress = z.infer<typeof progress>;

const jobReference = z.object({ id, requestedBy: z.string(), state: z.enum(JOB_STATES) });

/** A host that could not start scap for the job, and why. */
const failedStart = z.object({ host: z.string(), at: time, reason: z.string() });
export type FailedStart = z.infer<typeof failedStart>;

export const policyOverride = z.object({ by: z.string(), at: time, reason: z.string() });
export type PolicyOverride = z.infer<typeof policyOverride>;

/** What lists and the home page show of a job. */
export const jobSummary = z.object({
  id,
  /** Its operation; `GET /api/operations` has those that exist now. */
  kind: z.string(),
  operation: jobOperation,
  /** The parameters of the operation by their names; changes by their numbers. */
  parameters: z.record(z.string(), z.unknown()),
  /** Jobs of one lane run one at a time, in the order of their ranks. */
  lane: z.string(),
  state: z.enum(JOB_STATES),
  /** Why it ended; null until then. */
  outcome: z.enum(OUTCOMES).nullable(),
  /** How far the changes came; so far, while it runs. After a rollback: where they still are. */
  reached: z.enum(REACHES),
  /** The sync to the servers named by `reached` was not seen to finish: some of them may have the changes. */
  reachIsPartial: z.boolean(),
  requestedBy: z.string(),
  /** The person who requested it, or who took it over last. Notifications follow them. */
  responsible: z.string(),
  /** Queued jobs of a lane start in the order of their ranks. */
  queueRank: z.int(),
  /** The window for which it was requested; null when for none. */
  windowId: id.nullable(),
  changes: z.array(jobChange),
  /** What scap is doing: the innermost open phase, or the status that scap reported. */
  status: z.string().nullable(),
  progress: progress.nullable(),
  pendingInteraction: interaction.nullable(),
  createdAt: time,
  startedAt: time.nullable(),
  finishedAt: time.nullable(),
  /** Exit code of scap; null while it runs, when it never ran, and when a signal ended it. */
  exitCode: z.int().nullable(),
  /** Number of the signal that ended scap; null or 0 when none did. */
  exitSignal: z.int().nullable(),
  /** The earlier job whose operation this one repeats; null when it is no retry. */
  retryOf: id.nullable(),
  /** The earlier jobs that deployed what this one reverts, with the numbers of these changes; the newest first. */
  reverts: z.array(revertedJob),
  /** The later jobs that revert changes of this one, with the numbers of these changes; the newest first. */
  revertedBy: z.array(revertingJob),
  /** While it is queued: since when and why it does not start until an admin releases it; otherwise null. */
  held: z.object({ at: time, reason: z.string() }).nullable(),
  /** The hosts that may run its operation; null: any. */
  hosts: z.array(z.string()).nullable(),
  /** Hosts that could not start it: it returned to the queue, and they do not try again. */
  failedStarts: z.array(failedStart),
  /** Who overrode the policy for this job, and why; null when it applies. */
  policyOverride: policyOverride.nullable(),
  /** Number of lines of the log, as far as they are stored. */
  totalLines: z.int(),
  /** The last heartbeat of a worker that is not responding; the other fields are stale since then. Null while it responds. */
  workerUnresponsiveSince: time.nullable(),
});
export type JobSummary = z.infer<typeof jobSummary>;

export const job = jobSummary.extend({
  /** 1 for the next to start; null when it is not queued, or held. */
  queuePosition: z.int().nullable(),
  /** The job that holds the lane, otherwise the one queued right before; null if this job is not queued or starts next. */
  blockedBy: jobReference.nullable(),
  /** scap voted for the changes, so they may be merged even if scap fails. */
  isApproved: z.boolean(),
  /** scap's own sentence for the outcome; null until it ended, and where scap gave none. */
  reason: z.string().nullable(),
  /** The meaning of that sentence, where the outcome alone does not say it; null otherwise. */
  reasonCode: z.enum(REASON_CODES).nullable(),
  /** Number of the first line of the log that reports an error; null when there is none. */
  errorLine: z.int().positive().nullable(),
  /** Null when scap ended by itself, and until it ended. */
  decidedBy: decision.nullable(),
  /** Questions whose answer was to ignore a failed check; known at the end. */
  ignoredChecks: z.array(ignoredCheck),
  /** Names of processes that scap left running, and that were ended after it. */
  endedProcesses: z.array(z.string()),
  /** The subcommand of scap and its arguments, for example `backport` and `1234`. */
  command: z.array(z.string()),
  /** The host on which scap runs; null until a worker claimed the job. */
  host: z.string().nullable(),
  /** When the retention policy removed log, recording and sensitive lines; null before that. */
  outputRemovedAt: time.nullable(),
  /** The admin who declared the job lost because its host was unreachable, and what they found; otherwise null. */
  declaredLost: z.object({ by: z.string(), at: time, note: z.string() }).nullable(),
  /** A worker of the host found scap of this lost job still running; null when none did. */
  foundRunning: z.object({ at: time, host: z.string(), pid: z.int() }).nullable(),
  /** Where the train was before and after it; null if it does not move the train. */
  train: jobTrain.nullable(),
  phases: z.array(phase),
  interactions: z.array(interaction),
  signals: z.array(signalRecord),
});
export type Job = z.infer<typeof job>;

const kind = z.string().regex(KIND_PATTERN);

const JOBS_MAX = 100;

const hasNoNul = (text: string): boolean => !text.includes("\0");
const NO_NUL = "It contains a character that no text can have";
const nameText = (max: number) => z.string().max(max).refine(hasNoNul, NO_NUL);

/** Which jobs a list contains: those that meet all conditions. */
export const jobFilter = z.strictObject({
  state: listText(z.enum(JOB_STATES)).optional(),
  outcome: listText(z.enum(OUTCOMES)).optional(),
  kind: listText(kind).optional(),
  user: nameText(100).optional(),
  project: nameText(200).optional(),
  change: idText.optional(),
  lane: z.string().regex(LANE_PATTERN).optional(),
  window: idText.optional(),
  /**
   * Words that all occur in numbers, subject, project, branch, owner, people, outcome, reason or notes of the job;
   * `#12` is its number.
   */
  q: z
    .string()
    .trim()
    .max(SEARCH_LENGTH_MAX)
    .refine(hasNoNul, NO_NUL)
    .refine((text) => searchTerms(text).length <= SEARCH_TERMS_MAX, `At most ${SEARCH_TERMS_MAX} words`)
    .optional(),
  from: instant.optional(),
  to: instant.optional(),
});
export type JobFilter = z.infer<typeof jobFilter>;

export const listJobsQuery = jobFilter.extend({
  limit: numberText(1, JOBS_MAX).default(20),
  /** `nextCursor` of the previous page. */
  cursor: idText.optional(),
});

export const jobList = z.object({ jobs: z.array(jobSummary), nextCursor: z.string().nullable() });

/** A page of a list as a page of ours shows it, the newest first. */
export type JobPage = { jobs: JobSummary[]; hasNewer: boolean; hasOlder: boolean };

/** What a person found out about the unreachable host. */
export const lossRequest = z.strictObject({ note });

/** Why the policy cannot be followed. */
export const overrideRequest = z.strictObject({ reason: note });

/** Of an endpoint that queues a job. */
export const QUEUE_PROBLEMS = [
  "changes_refused",
  "operation_not_found",
  "operation_changed",
  "idempotency_conflict",
  "lane_frozen",
  "train_unknown",
  "train_changed",
  "train_busy",
  ...GERRIT_PROBLEMS,
] as const;

export const jobEndpoints = {
  createJob: {
    method: "POST",
    path: "/api/jobs",
    summary: "Queue a job: an operation with its parameters.",
    permission: "create_job",
    body: createJobRequest,
    acceptsIdempotencyKey: true,
    response: json(job, 201),
    problems: QUEUE_PROBLEMS,
  },
  listJobs: {
    method: "GET",
    path: "/api/jobs",
    summary: "List jobs, newest first. With `Accept: text/csv`: all jobs of the filter, as /api/jobs.csv.",
    permission: "view",
    query: listJobsQuery,
    response: { ...json(jobList, 200), alsoAs: "text/csv" },
  },
  exportJobsAsCsv: {
    method: "GET",
    path: "/api/jobs.csv",
    summary: "Export all jobs of a filter as CSV, newest first.",
    permission: "view",
    query: jobFilter,
    response: file("text/csv"),
  },
  exportJobsAsJson: {
    method: "GET",
    path: "/api/jobs.json",
    summary: "Export all jobs of a filter as JSON, in the form of /api/jobs without a cursor.",
    permission: "view",
    query: jobFilter,
    response: file("application/json"),
  },
  readJob: {
    method: "GET",
    path: "/api/jobs/{id}",
    summary: "Get a job with its changes, phases and interactions.",
    permission: "view",
    params: jobParams,
    response: json(job, 200),
  },
  signalJob: {
    method: "POST",
    path: "/api/jobs/{id}/signals",
    summary: "Interrupt, terminate or kill a running job.",
    permission: "signal_job",
    params: jobParams,
    body: signalRequest,
    response: json(signalAccepted, 202),
    problems: ["job_already_ended"],
  },
  cancelJob: {
    method: "POST",
    path: "/api/jobs/{id}/cancellation",
    summary: "Remove a job from the queue.",
    permission: "cancel_job",
    params: jobParams,
    response: json(job, 200),
    problems: ["job_already_started", "job_already_ended"],
  },
  overridePolicy: {
    method: "POST",
    path: "/api/jobs/{id}/policy-override",
    summary:
      "Override the policy for the questions of a job, with a reason that everyone sees. Not with an API token.",
    permission: "override_policy",
    params: jobParams,
    body: overrideRequest,
    response: json(job, 200),
    problems: ["policy_not_in_force", "job_already_ended"],
  },
  releaseHeldJob: {
    method: "POST",
    path: "/api/jobs/{id}/hold-release",
    summary: "Release a queued job that is held, so that it starts when its turn comes.",
    permission: "release_held_job",
    params: jobParams,
    response: json(job, 200),
    problems: ["job_not_held"],
  },
  retryJob: {
    method: "POST",
    path: "/api/jobs/{id}/retry",
    summary: "Queue a new job with the same operation and parameters.",
    permission: "retry_job",
    params: jobParams,
    acceptsIdempotencyKey: true,
    response: json(job, 201),
    problems: ["job_not_ended", "window_closed", "window_item_in_progress", ...QUEUE_PROBLEMS],
  },
  declareJobLost: {
    method: "POST",
    path: "/api/jobs/{id}/loss",
    summary:
      "Declare a job lost whose worker has not responded for at least 5 minutes. The job keeps its lane until an admin releases it.",
    permission: "declare_lost",
    params: jobParams,
    body: lossRequest,
    response: json(job, 200),
    problems: ["worker_responding", "job_already_ended"],
  },
} as const satisfies Record<string, Endpoint>;
