// Server-sent events. The key is the SSE `event:` field, the value the JSON of `data:`.
import { z } from "zod";
import { ID_MAX } from "../domain/id.ts";
import { JOB_STATES } from "../domain/job.ts";
import { type Endpoint, events } from "./endpoint.ts";
import { errorRate } from "./error-rate.ts";
import { id, jobParams, numberText, time } from "./fields.ts";
import { interaction } from "./interaction.ts";
import { job, jobSummary, phase, progress } from "./job.ts";
import { hostState, lane, laneList } from "./lane.ts";
import { logBlock, terminalScreen } from "./log.ts";
import { health } from "./service.ts";
import { deploymentWindow } from "./window.ts";
import { trainReading } from "./train.ts";

export const jobEventsQuery = z.strictObject({
  /** Where a stream without Last-Event-ID starts: the client has the lines up to here. */
  afterLine: numberText(0, ID_MAX).default(0),
  /** `stays`: the stream of a lost job does not end, because its host may reconnect and report that scap still runs. */
  lost: z.enum(["ends", "stays"]).default("ends"),
});

/** Of `GET /api/jobs/{id}/events`. */
export const jobEvents = {
  /** The whole job, on connecting and whenever its state changes; replaces what the client had. */
  job,
  /** One interaction was asked, reminded of, answered, delivered, withdrawn or expired. */
  interaction,
  /** A phase began or ended. The job, which contains all phases, is not sent again: there may be thousands. */
  phase,
  progress: z.object({ progress: progress.nullable(), status: z.string().nullable() }),
  /** New and redrawn lines. Lines after `totalLines` no longer exist; those up to `settledLines` never change again. */
  output: z.object({ blocks: z.array(logBlock), totalLines: z.int(), settledLines: z.int() }),
  /** What the program shows while it waits for keys (an interaction of kind `screen`); null when it does not. */
  screen: z.object({ screen: terminalScreen.nullable() }),
  /** The names of the users who have a stream of this job open, including the receiver. */
  viewers: z.object({ names: z.array(z.string()) }),
  /** Nothing more will come; the client must not reconnect. */
  end: z.object({ state: z.enum(JOB_STATES) }),
} as const;
export type JobEventName = keyof typeof jobEvents;
export type JobEvent = {
  [Name in JobEventName]: { event: Name; data: z.infer<(typeof jobEvents)[Name]> };
}[JobEventName];

/** Of `GET /api/events`. */
export const overviewEvents = {
  /**
   * On connecting: the jobs that hold a lane, the first of the queue, and the newest that have ended. Replaces what the client
   * had.
   */
  overview: z.object({
    jobs: z.array(jobSummary),
    /** Of all lanes, including those that are not in `jobs`. */
    queuedCount: z.int(),
    lanes: z.array(lane),
  }),
  /** One job's summary, whenever it changes. */
  job: jobSummary,
  /** How many jobs are queued, whenever that changes. */
  queue: z.object({ queuedCount: z.int() }),
  /** All lanes that have jobs, are held or frozen, or are bound to a host, whenever that changes. */
  lanes: laneList,
  /** What the hosts can start, on connecting and whenever that changes. */
  hosts: z.object({ hosts: z.array(hostState) }),
  /** Whether workers are connected, and whether the database responds. */
  health,
  /** The error rate of the servers, whenever it was read, with the first messages. Not sent without an error source. */
  errors: errorRate,
  /** Which state of the train is the current one (`GET /api/train`), whenever that changes. Null if no worker reads it. */
  train: z.object({ train: trainReading.nullable() }),
  /** A window was created or cancelled, or its changes or reports changed: `GET /api/windows` has the list. */
  windows: z.object({ changedAt: time }),
} as const;
export type OverviewEvent = {
  [Name in keyof typeof overviewEvents]: { event: Name; data: z.infer<(typeof overviewEvents)[Name]> };
}[keyof typeof overviewEvents];

/** Of a window, on the multiplexed stream. */
export const windowEvents = {
  /** The whole window, on connecting and whenever it, its changes or their jobs change; replaces what the client had. */
  window: deploymentWindow,
  /** The names of the users who view this window, including the receiver. */
  viewers: z.object({ names: z.array(z.string()) }),
} as const;
export type WindowEventName = keyof typeof windowEvents;
export type WindowEvent = {
  [Name in WindowEventName]: { event: Name; data: z.infer<(typeof windowEvents)[Name]> };
}[WindowEventName];

/** Enough for every open tab, and short enough for a URL. */
export const MULTIPLEXED_JOBS_MAX = 100;
export const MULTIPLEXED_WINDOWS_MAX = 20;

export const multiplexedEventsQuery = z.strictObject({
  /** The jobs to watch, separated by commas: `<job>.<eventSeq>.<line>`, with the cursor of the last event (`0.0` at first). */
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
    .refine((jobs) => new Set(jobs.map(({ jobId }) => jobId)).size === jobs.length, "a job is named twice")
    .meta({ type: "string" }),
  /** The windows to watch, separated by commas. They have no cursor: each event has the whole window. */
  windows: z
    .string()
    .regex(/^(?:\d{1,9}(?:,|$))*$/)
    .default("")
    .transform((text) => [
      ...new Set(
        text
          .split(",")
          .filter((entry) => entry !== "")
          .map(Number),
      ),
    ])
    .refine(
      (windows) => windows.length <= MULTIPLEXED_WINDOWS_MAX,
      `at most ${MULTIPLEXED_WINDOWS_MAX} windows`,
    )
    .meta({ type: "string" }),
});

/** Of `GET /api/events/multiplexed`: the events of the overview and of several jobs on one connection. */
export const multiplexedEvents = {
  update: z.object({
    /** Null for events of the overview and of windows. */
    jobId: id.nullable(),
    /** The window that the event is about; null for others. */
    windowId: id.nullable(),
    /** `<eventSeq>.<line>`: where to continue from after this event. Null for events of the overview and of windows. */
    cursor: z.string().nullable(),
    /** The name of an event of `GET /api/jobs/{id}/events`, of `GET /api/events` when `jobId` and `windowId` are null, or of a
     * window: `window` (the window as `GET /api/windows/{id}` has it) and `viewers`. */
    event: z.string(),
    data: z.unknown(),
  }),
} as const;
export type MultiplexedUpdate = z.infer<(typeof multiplexedEvents)["update"]>;

/** Of `GET /api/events/probe`. */
export const probeEvents = {
  /** Sent at once. The stream stays open for some seconds, so that a client sees whether it arrived before the end. */
  probe: z.object({ at: time }),
} as const;

export const eventEndpoints = {
  watchJob: {
    method: "GET",
    path: "/api/jobs/{id}/events",
    summary: "Server-sent events of a job. Resumes from Last-Event-ID. Sends a `heartbeat` every 10 s.",
    permission: "view",
    params: jobParams,
    query: jobEventsQuery,
    response: events(jobEvents),
  },
  watchOverview: {
    method: "GET",
    path: "/api/events",
    summary: "Server-sent events of all jobs, lanes and workers. Sends a `heartbeat` every 10 s.",
    permission: "view",
    response: events(overviewEvents),
  },
  watchMultiplexed: {
    method: "GET",
    path: "/api/events/multiplexed",
    summary:
      "Server-sent events of the overview, of up to 100 jobs and of up to 20 windows on one connection. To resume, name each job with the cursor of its last event; Last-Event-ID is not used.",
    permission: "view",
    query: multiplexedEventsQuery,
    response: events(multiplexedEvents),
  },
  probeStream: {
    method: "GET",
    path: "/api/events/probe",
    summary:
      "One server-sent event, after which the stream stays open for some seconds. `npm run doctor` sees with it whether a proxy holds events back.",
    permission: null,
    response: events(probeEvents),
  },
} as const satisfies Record<string, Endpoint>;
