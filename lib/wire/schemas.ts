// Everything that crosses HTTP, once: requests, responses and server-sent events. The routes parse and answer
// with these, the page is typed by them, and openapi.json is generated from them. Times are ISO 8601: UTC in responses,
// with any offset in requests.
import { z } from "zod";
import {
  DELIVERY_STATES,
  INTERACTION_KINDS,
  INTERACTION_STATES,
  SCREEN_KEYS,
} from "../domain/interaction.ts";
import { ID_MAX } from "../domain/id.ts";
import { parseInstant } from "../domain/instant.ts";
import {
  CHANGES_MAX,
  JOB_KINDS,
  JOB_STATES,
  LANE_PATTERN,
  OUTCOMES,
  REACHES,
  REASON_CODES,
} from "../domain/job.ts";
import { ACTIONS, ROLES } from "../domain/permission.ts";
import { textProblem } from "../domain/person-text.ts";
import { SIGNAL_KINDS } from "../domain/signal.ts";
import { EXPIRY_ACTIONS } from "../domain/unanswered.ts";

const time = z.iso.datetime();
const id = z.int().positive().max(ID_MAX);
/** A time in a request, turned into UTC. */
const instant = z
  .string()
  .meta({ format: "date-time" })
  .transform((text, context) => {
    const utc = parseInstant(text);
    if (utc !== undefined) return utc;
    context.addIssue("Expected a date and time with an offset, for example 2026-12-01T10:00:00+01:00");
    return z.NEVER;
  });
const idInQuery = z.coerce.number().int().positive().max(ID_MAX);
const optionValue = z.union([z.boolean(), z.string()]);
/** One key on a `screen`; Ctrl-D also ends the input of a program that asks for `text`. */
const keyPress = z.strictObject({ key: z.enum(SCREEN_KEYS) });
export const answerValue = z.union([optionValue, keyPress]);

export const change = z.object({
  number: id,
  patchSet: z.int().nullable(),
  project: z.string(),
  branch: z.string(),
  subject: z.string(),
  owner: z.string(),
  url: z.url(),
});
export type Change = z.infer<typeof change>;

/** A change of a job. */
export const jobChange = change.extend({
  /** The patch set that was merged, where scap found a newer one than `patchSet`; null where it did not. */
  mergedPatchSet: z.int().nullable(),
});
export type JobChange = z.infer<typeof jobChange>;

export const option = z.object({ text: z.string(), value: optionValue });

export const answer = z.object({
  /** Null when it is a secret: its value is never stored. */
  value: answerValue.nullable(),
  /** The words of the chosen option, or the text itself; null for a secret. */
  text: z.string().nullable(),
  answeredBy: z.string(),
  answeredAt: time,
  delivery: z.enum(DELIVERY_STATES),
});

export const interaction = z.object({
  id,
  jobId: id,
  kind: z.enum(INTERACTION_KINDS),
  message: z.string(),
  options: z.array(option),
  default: optionValue.nullable(),
  recognised: z.boolean(),
  /** scap refused the previous answer; its words. */
  complaint: z.string().nullable(),
  state: z.enum(INTERACTION_STATES),
  askedAt: time,
  endedAt: time.nullable(),
  /** When people were reminded last, because nobody answered; null when they were not. */
  remindedAt: time.nullable(),
  /** How often. */
  reminders: z.int(),
  /** When the policy ends it, if nobody answers; null when it waits for as long as it takes. */
  expiresAt: time.nullable(),
  /** What scap is sent then; null without a policy. */
  expiryAction: z.enum(EXPIRY_ACTIONS).nullable(),
  answer: answer.nullable(),
});
export type Interaction = z.infer<typeof interaction>;

export const phase = z.object({
  id: z.int(),
  name: z.string(),
  /** 0 for an outermost phase; a phase inside it has 1, and so on. */
  depth: z.int(),
  startedAt: time,
  /** Null while it goes on, and when the job ended before scap said that it finished. */
  finishedAt: time.nullable(),
});
export type Phase = z.infer<typeof phase>;

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

export const signalRecord = z.object({
  id,
  kind: z.enum(SIGNAL_KINDS),
  /** `policy` when nobody asked for it but the expiry of a question. */
  requestedBy: z.string(),
  /** The question that had expired; null when a person asked. */
  expiredInteractionId: id.nullable(),
  requestedAt: time,
  deliveredAt: time.nullable(),
});
export type SignalRecord = z.infer<typeof signalRecord>;

/** What lists and the home page show of a job. */
export const jobSummary = z.object({
  id,
  kind: z.enum(JOB_KINDS),
  lane: z.string(),
  state: z.enum(JOB_STATES),
  outcome: z.enum(OUTCOMES).nullable(),
  /** How far the changes came; so far, while it runs. After a rollback: where they still are. */
  reached: z.enum(REACHES),
  /** The sync to the servers named by `reached` was not seen to finish: some of them may have the changes. */
  reachIsPartial: z.boolean(),
  requestedBy: z.string(),
  changes: z.array(jobChange),
  /** What scap is doing, in a few words: the innermost open phase, or its own status. */
  status: z.string().nullable(),
  progress: progress.nullable(),
  pendingInteraction: interaction.nullable(),
  /** 1 for the next to start; null when it is not queued. */
  queuePosition: z.int().nullable(),
  /** The job that keeps the lane; null when this one is not queued or nothing is in its way. */
  blockedBy: jobReference.nullable(),
  createdAt: time,
  startedAt: time.nullable(),
  finishedAt: time.nullable(),
  exitCode: z.int().nullable(),
  exitSignal: z.int().nullable(),
  retryOf: id.nullable(),
  totalLines: z.int(),
  /** When the worker of a live job was heard last, while it is silent: everything here is of then. Null while it is heard. */
  workerSilentSince: time.nullable(),
});
export type JobSummary = z.infer<typeof jobSummary>;

/** Who ended a job, and at which question. */
export const decision = z.object({
  /** `policy` when a question expired. */
  user: z.string(),
  /** The question that was answered, or that was open when the signal was requested; null when there was none. */
  interactionId: id.nullable(),
  question: z.string().nullable(),
  /** The words of the answer; null when it was a signal or a cancellation. */
  answer: z.string().nullable(),
  signal: z.enum(SIGNAL_KINDS).nullable(),
});
export type Decision = z.infer<typeof decision>;

export const ignoredCheck = z.object({ interactionId: id, question: z.string(), answeredBy: z.string() });
export type IgnoredCheck = z.infer<typeof ignoredCheck>;

export const job = jobSummary.extend({
  /** scap voted for the changes, so they may be merged whatever becomes of scap. */
  isApproved: z.boolean(),
  /** scap's own sentence for the outcome; null until it ended, and where scap gave none. */
  reason: z.string().nullable(),
  /** What that sentence means, where the outcome alone does not tell. */
  reasonCode: z.enum(REASON_CODES).nullable(),
  /** The first line of the log that reports an error. */
  errorLine: z.int().positive().nullable(),
  /** Null when scap ended by itself, and until it ended. */
  decidedBy: decision.nullable(),
  /** Questions at which somebody chose to ignore a failed check; known at the end. */
  ignoredChecks: z.array(ignoredCheck),
  /** Names of processes that scap left running, and that were ended after it. */
  endedProcesses: z.array(z.string()),
  command: z.array(z.string()),
  host: z.string().nullable(),
  /** When the retention rule removed log, recording and hidden lines; null as long as they are there. */
  outputRemovedAt: time.nullable(),
  /** Who said that a silent host will not be heard of again, and what was found; null when nobody did. */
  declaredLost: z.object({ by: z.string(), at: time, note: z.string() }).nullable(),
  /** A worker of the host found scap of this lost job still running; null when none did. */
  foundRunning: z.object({ at: time, host: z.string(), pid: z.int() }).nullable(),
  phases: z.array(phase),
  interactions: z.array(interaction),
  signals: z.array(signalRecord),
});
export type Job = z.infer<typeof job>;

export const logLine = z.object({ n: z.int().positive(), at: time, text: z.string() });
export type LogLine = z.infer<typeof logLine>;

/**
 * Consecutive lines of the log, joined by newlines, that replace what the client has from line `n` on. `at` is the time
 * of each of them.
 */
export const logBlock = z.object({
  n: z.int().positive(),
  at: time,
  text: z.string(),
  /** The first `keep` UTF-16 units of the line that the client has stay, and `text` follows them. Only for one line. */
  keep: z.int().positive().optional(),
});
export type LogBlock = z.infer<typeof logBlock>;

/** The rows of a terminal as they are now, with its cursor; both counted from 0. */
export const terminalScreen = z.object({
  /** From the top; colours are kept as SGR sequences. */
  rows: z.array(z.string()),
  cursorRow: z.int().nonnegative(),
  cursorColumn: z.int().nonnegative(),
  /** The program shows its alternate screen, which is no part of the log. */
  isAlternate: z.boolean(),
});
export type TerminalScreen = z.infer<typeof terminalScreen>;

// Requests

export const createJobRequest = z.strictObject({
  kind: z.literal("backport"),
  changes: z.array(z.string().trim().min(1).max(500)).min(1).max(CHANGES_MAX),
  lane: z.string().regex(LANE_PATTERN).optional(),
});
export type CreateJobRequest = z.infer<typeof createJobRequest>;

/** The bound on text is the terminal's own line, checked again by the domain with the kind of question in hand. */
export const answerRequest = z.strictObject({
  value: z.union([z.boolean(), z.string().max(8192), keyPress]),
});

export const signalRequest = z.strictObject({ kind: z.enum(SIGNAL_KINDS) });

/** A person's own words; they stay in the history. */
const words = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .superRefine((text, context) => {
    const problem = textProblem(text);
    if (problem !== undefined) context.addIssue(problem);
  });

/** What was found on the servers, in the words of whoever looked. */
export const laneReleaseRequest = z.strictObject({ note: words });

/** What was found about the silent host, in the words of whoever looked. */
export const lossRequest = z.strictObject({ note: words });

export const freezeRequest = z.strictObject({
  reason: words,
  /** When it ends by itself; without it somebody has to lift it. */
  until: instant.optional(),
});

const listLimit = z.coerce.number().int().min(1).max(100).default(20);

export const listJobsQuery = z.object({
  /** One state or several, separated by commas. */
  state: z
    .string()
    .transform((text) => text.split(","))
    .pipe(z.array(z.enum(JOB_STATES)))
    .optional(),
  user: z.string().max(100).optional(),
  change: idInQuery.optional(),
  /** Words of subject, project, branch, owner, or a job number. */
  q: z.string().trim().max(200).optional(),
  from: instant.optional(),
  to: instant.optional(),
  limit: listLimit,
  /** `nextCursor` of the page before. */
  cursor: idInQuery.optional(),
});
export type ListJobsQuery = z.infer<typeof listJobsQuery>;

export const LOG_LINES_MAX = 5000;
export const logQuery = z.object({
  /** 1 is the first line. */
  fromLine: idInQuery.default(1),
  limit: z.coerce.number().int().min(1).max(LOG_LINES_MAX).default(500),
});

export const LOG_MATCHES_MAX = 1000;
export const logMatchesQuery = z.object({
  /** Words as they stand in a line; capitals and colours do not matter. */
  q: z.string().min(1).max(200),
  fromLine: idInQuery.default(1),
});

export const jobEventsQuery = z.object({
  /** What a stream without Last-Event-ID starts from: the page has the lines up to here already. */
  afterLine: z.coerce.number().int().min(0).max(ID_MAX).default(0),
  /** `stays`: the stream of a lost job does not end, because a host that comes back may tell that scap still runs. */
  lost: z.enum(["ends", "stays"]).default("ends"),
});

/** More tabs than anybody can use, and short enough for a URL. */
export const MULTIPLEXED_JOBS_MAX = 100;
export const multiplexedEventsQuery = z.object({
  /** `<job>.<eventSeq>.<line>`, separated by commas: the jobs to watch, each from the cursor of the last event received (`0.0` at first). */
  jobs: z
    .string()
    .regex(/^(?:\d{1,9}\.\d{1,9}\.\d{1,9}(?:,|$))*$/)
    .default("")
    .transform((text) =>
      text
        .split(",")
        .filter((entry) => entry !== "")
        .map((entry) => {
          const [jobId = 0, eventSeq = 0, line = 0] = entry.split(".").map(Number);
          return { jobId, cursor: { eventSeq, line } };
        }),
    )
    .refine((jobs) => jobs.length <= MULTIPLEXED_JOBS_MAX, `at most ${MULTIPLEXED_JOBS_MAX} jobs`)
    .refine((jobs) => new Set(jobs.map(({ jobId }) => jobId)).size === jobs.length, "a job is named twice"),
});

export const interactionsQuery = z.object({ state: z.literal("pending").default("pending") });

export const changeQuery = z.object({ q: z.string().trim().min(1).max(500) });

// Responses

export const jobList = z.object({ jobs: z.array(jobSummary), nextCursor: z.string().nullable() });

export const logPage = z.object({
  lines: z.array(logLine),
  totalLines: z.int(),
  /** Lines up to this one never change again; the program may still redraw those behind it. */
  settledLines: z.int(),
  /** True when the job has ended and all its output is stored. */
  complete: z.boolean(),
});
export type LogPage = z.infer<typeof logPage>;

export const logMatches = z.object({
  /** Numbers of the lines that have the words, in order. */
  lines: z.array(z.int().positive()),
  /** Where to go on, because a request reads only a part of a long log; null at its end. */
  nextLine: z.int().positive().nullable(),
});
export type LogMatches = z.infer<typeof logMatches>;

export const interactionList = z.object({ interactions: z.array(interaction) });

/** A change as the entry box sees it: with the reason, when it cannot be deployed. */
export const foundChange = change.extend({
  status: z.string(),
  /** Null when it may be queued; otherwise a sentence for people. */
  refusal: z.string().nullable(),
});
export type FoundChange = z.infer<typeof foundChange>;
export const changeList = z.object({ changes: z.array(foundChange) });

export const refusedChange = z.object({ input: z.string(), reason: z.string() });
export type RefusedChange = z.infer<typeof refusedChange>;

export const whoami = z.object({
  user: z.object({ name: z.string(), role: z.enum(ROLES) }).nullable(),
  permissions: z.array(z.enum(ACTIONS)),
  sandbox: z.boolean(),
});
export type Whoami = z.infer<typeof whoami>;

export const health = z.object({
  status: z.enum(["ok", "degraded"]),
  database: z.enum(["ok", "unreachable"]),
  /** Workers seen within the last seconds. */
  workers: z.int(),
  version: z.string(),
});
export type Health = z.infer<typeof health>;

/** RFC 9457. `code` is stable; branch on it. */
export const problem = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  code: z.string(),
  /** What is wrong with the request, by field: a path such as `changes.0`, or the name of a query parameter. */
  errors: z.array(z.object({ field: z.string(), detail: z.string() })).optional(),
  /** Present when changes were refused. */
  refused: z.array(refusedChange).optional(),
  /** Present when somebody else answered first. */
  interaction: interaction.optional(),
});

export const sensitiveLines = z.object({ lines: z.array(z.object({ n: z.int(), text: z.string() })) });

/** The order for a signal; what became of it is in the job's `signals`. */
export const signalAccepted = z.object({ id });

/** What was just frozen. */
export const laneFreeze = z.object({
  lane: z.string(),
  reason: z.string(),
  frozenBy: z.string(),
  until: time.nullable(),
});

export const lane = z.object({
  name: z.string(),
  /** The job that keeps it; null when the next may start. */
  heldBy: id.nullable(),
  freeze: z
    .object({ reason: z.string(), frozenBy: z.string(), frozenAt: time, until: time.nullable() })
    .nullable(),
});
export type Lane = z.infer<typeof lane>;

// Server-sent events. The name is the SSE `event:` field, the value is the JSON of `data:`.

/** Of `GET /api/jobs/{id}/events`. */
export const jobEvents = {
  /** The whole job, on connecting and whenever its state changes; replaces what the page had. */
  job,
  /** One interaction was asked, reminded of, answered, delivered, withdrawn or expired. */
  interaction,
  /** One phase began or ended. The job is not sent for it: it has all phases, and there may be thousands. */
  phase,
  progress: z.object({ progress: progress.nullable(), status: z.string().nullable() }),
  /** New and redrawn lines. Lines behind `totalLines` are gone; those up to `settledLines` never change again. */
  output: z.object({ blocks: z.array(logBlock), totalLines: z.int(), settledLines: z.int() }),
  /** What the program shows while it waits for keys (an interaction of kind `screen`); null when it does not. */
  screen: z.object({ screen: terminalScreen.nullable() }),
  /** Nothing more will come; the client must not reconnect. */
  end: z.object({ state: z.enum(JOB_STATES) }),
} as const;
export type JobEventName = keyof typeof jobEvents;
export type JobEvent = {
  [Name in JobEventName]: { event: Name; data: z.infer<(typeof jobEvents)[Name]> };
}[JobEventName];

/** Of `GET /api/events`. */
export const overviewEvents = {
  /** On connecting: everything that is not ended, and the newest that are. Replaces what the page had. */
  overview: z.object({
    jobs: z.array(jobSummary),
    lanes: z.array(lane),
  }),
  /** One job's summary, whenever it changes. */
  job: jobSummary,
  /** All lanes that are held or frozen, whenever that changes. */
  lanes: z.object({ lanes: z.array(lane) }),
  /** Whether workers are there to take jobs, and whether the database answers. */
  health,
} as const;
export type OverviewEventName = keyof typeof overviewEvents;

/** Of `GET /api/events/multiplexed`: the events of the overview and of several jobs on one connection. */
export const multiplexedEvents = {
  update: z.object({
    /** Null for events of the overview. */
    jobId: id.nullable(),
    /** `<eventSeq>.<line>`: where to continue from after this event. Null for events of the overview. */
    cursor: z.string().nullable(),
    /** The name of an event of `GET /api/jobs/{id}/events`, or of `GET /api/events` when `jobId` is null. */
    event: z.string(),
    data: z.unknown(),
  }),
} as const;
export type MultiplexedUpdate = z.infer<(typeof multiplexedEvents)["update"]>;
