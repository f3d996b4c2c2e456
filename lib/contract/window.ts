// Windows: times in which the changes of several people are deployed, the changes, and what became of each.
import { z } from "zod";
import { LANE_PATTERN } from "../domain/job.ts";
import { WINDOW_ITEM_STATES, WINDOW_REPORTS } from "../domain/window.ts";
import { change, changeDetails, GERRIT_PROBLEMS } from "./change.ts";
import { type Endpoint, empty, file, json } from "./endpoint.ts";
import { id, idText, instant, note, numberText, time } from "./fields.ts";
import { job, jobSummary, QUEUE_PROBLEMS } from "./job.ts";

/** What Gerrit knows about a change, as far as it matters before a deployment. Null: unknown. */
export const windowFacts = changeDetails
  .pick({
    isWorkInProgress: true,
    labels: true,
    isMergeable: true,
    dependencies: true,
    unresolvedDependencies: true,
    jobs: true,
    unknown: true,
  })
  .extend({
    /** In Gerrit: `NEW`, `MERGED` or `ABANDONED`. */
    status: z.string().nullable(),
  });
export type WindowFacts = z.infer<typeof windowFacts>;

/** A change of a window. */
export const windowItem = z.object({
  id,
  change,
  /** Who tests the change: a user name, or the owner as Gerrit names them. */
  author: z.string(),
  addedBy: z.string(),
  addedAt: time,
  /** What the author said; null while they said nothing. */
  report: z
    .object({ kind: z.enum(WINDOW_REPORTS), by: z.string(), at: time, jobId: id.nullable() })
    .nullable(),
  state: z.enum(WINDOW_ITEM_STATES),
  /** The latest job of the window that contains the change; null when there is none. */
  job: jobSummary.nullable(),
  /** As of `checkedAt` of the window; null before the first check. */
  facts: windowFacts.nullable(),
});
export type WindowItem = z.infer<typeof windowItem>;

const windowFields = {
  id,
  title: z.string(),
  lane: z.string(),
  startsAt: time,
  endsAt: time,
  /** The weekly series that it belongs to; null when it belongs to none. */
  seriesId: id.nullable(),
  createdBy: z.string(),
  cancelled: z.object({ by: z.string(), at: time }).nullable(),
};

/** What lists show of a window. */
export const windowSummary = z.object({
  ...windowFields,
  /** The authors of its changes. */
  authors: z.array(z.string()),
  itemCount: z.int(),
  deployedCount: z.int(),
});
export type WindowSummary = z.infer<typeof windowSummary>;

export const deploymentWindow = z.object({
  ...windowFields,
  /** The series gets no more windows. */
  isSeriesEnded: z.boolean(),
  /** When what Gerrit knows about the changes was last read; null before the first check. */
  checkedAt: time.nullable(),
  /** In the order of deployment. */
  items: z.array(windowItem),
});
export type DeploymentWindow = z.infer<typeof deploymentWindow>;

const WINDOW_HOURS_MAX = 24;
const MS_PER_HOUR = 3_600_000;

export const createWindowRequest = z
  .strictObject({
    title: note.pipe(z.string().max(100)),
    lane: z.string().regex(LANE_PATTERN),
    startsAt: instant,
    endsAt: instant,
    /** Creates the windows of the following weeks at the same time (UTC) as well. */
    isWeekly: z.boolean().default(false),
  })
  .superRefine(({ startsAt, endsAt }, context) => {
    const hours = (Date.parse(endsAt) - Date.parse(startsAt)) / MS_PER_HOUR;
    if (hours > 0 && hours <= WINDOW_HOURS_MAX) return;
    context.addIssue({
      code: "custom",
      path: ["endsAt"],
      message: `Expected a time after the start, at most ${WINDOW_HOURS_MAX} hours later`,
    });
  });

export const addWindowItemsRequest = z.strictObject({
  /** Numbers or addresses of changes, as for a deployment. */
  changes: z.array(z.string().trim().min(1).max(300)).min(1).max(20),
  /** The user name of the person who tests them; the owner of each change if it is absent. */
  author: z.string().trim().min(1).max(100).optional(),
});

export const moveWindowItemRequest = z.strictObject({
  /** The item that comes next afterwards; null: the item becomes the last. */
  before: id.nullable(),
});

export const windowReportRequest = z.strictObject({
  /** Null withdraws what was said before. */
  report: z.enum(WINDOW_REPORTS).nullable(),
});

export const startWindowItemsRequest = z.strictObject({
  /** In the order of deployment. One job deploys all of them. */
  items: z.array(id).min(1).max(20),
});

const windowParams = z.object({ id: idText });
const itemParams = z.object({ id: idText, item: idText });

const WINDOW_PROBLEMS = ["window_closed"] as const;
const WINDOWS_MAX = 100;

export const windowQuery = z.strictObject({
  /** `coming` includes those that are open now. */
  time: z.enum(["coming", "past"]).default("coming"),
  limit: numberText(1, WINDOWS_MAX).default(WINDOWS_MAX),
});

export const windowList = z.object({ windows: z.array(windowSummary) });

export const windowEndpoints = {
  listWindows: {
    method: "GET",
    path: "/api/windows",
    summary: "List the windows that are open or coming, the next one first, or those that are over.",
    permission: "view",
    query: windowQuery,
    response: json(windowList, 200),
  },
  exportWindows: {
    method: "GET",
    path: "/api/windows.ics",
    summary: "The windows of the last four weeks and the coming ones as an iCalendar feed.",
    permission: "view",
    response: file("text/calendar"),
  },
  createWindow: {
    method: "POST",
    path: "/api/windows",
    summary: "Create a window, or a weekly series of windows. The response is the first one.",
    permission: "manage_window",
    body: createWindowRequest,
    response: json(deploymentWindow, 201),
  },
  readWindow: {
    method: "GET",
    path: "/api/windows/{id}",
    summary: "Get a window with its changes, and what became of each.",
    permission: "view",
    params: windowParams,
    response: json(deploymentWindow, 200),
  },
  cancelWindow: {
    method: "POST",
    path: "/api/windows/{id}/cancellation",
    summary: "Cancel a window. Its jobs continue; it accepts no more changes and starts no more deployments.",
    permission: "manage_window",
    params: windowParams,
    response: json(deploymentWindow, 200),
    problems: WINDOW_PROBLEMS,
  },
  endWindowSeries: {
    method: "POST",
    path: "/api/windows/{id}/series-end",
    summary:
      "End the weekly series of a window: the windows after this one that have no changes are cancelled.",
    permission: "manage_window",
    params: windowParams,
    response: json(deploymentWindow, 200),
    problems: WINDOW_PROBLEMS,
  },
  addWindowItems: {
    method: "POST",
    path: "/api/windows/{id}/items",
    summary: "Add changes to a window, at the end of its order.",
    permission: "manage_window",
    params: windowParams,
    body: addWindowItemsRequest,
    response: json(deploymentWindow, 201),
    problems: [...WINDOW_PROBLEMS, "changes_refused", ...GERRIT_PROBLEMS],
  },
  removeWindowItem: {
    method: "DELETE",
    path: "/api/windows/{id}/items/{item}",
    summary: "Remove a change from a window, unless a job contains it.",
    permission: "manage_window",
    params: itemParams,
    response: empty,
    problems: [...WINDOW_PROBLEMS, "window_item_in_progress"],
  },
  moveWindowItem: {
    method: "PUT",
    path: "/api/windows/{id}/items/{item}/position",
    summary: "Move a change of a window before another one.",
    permission: "manage_window",
    params: itemParams,
    body: moveWindowItemRequest,
    response: json(deploymentWindow, 200),
    problems: [...WINDOW_PROBLEMS, "order_changed"],
  },
  reportOnWindowItem: {
    method: "PUT",
    path: "/api/windows/{id}/items/{item}/report",
    summary:
      "Say that a change was tested, or that its author is not here. For its author, and for deployers.",
    permission: "report_on_window_item",
    params: itemParams,
    body: windowReportRequest,
    response: json(deploymentWindow, 200),
    problems: [...WINDOW_PROBLEMS, "nothing_to_test"],
  },
  startWindowItems: {
    method: "POST",
    path: "/api/windows/{id}/jobs",
    summary: "Queue one job that deploys these changes of a window.",
    permission: "create_job",
    params: windowParams,
    body: startWindowItemsRequest,
    acceptsIdempotencyKey: true,
    response: json(job, 201),
    problems: [...WINDOW_PROBLEMS, "window_item_in_progress", ...QUEUE_PROBLEMS],
  },
} as const satisfies Record<string, Endpoint>;
