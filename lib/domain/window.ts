// A window: a time in which the changes of several people are deployed, one job after the other. Pure.
//
// An item is a change of a window. What became of it is not stored: it follows from the latest job that contains it.
import { isTerminal, type JobState, type Outcome, type Reached } from "./job.ts";

/** What the author says about their change: tested on the test servers, or that they are not here. */
export const WINDOW_REPORTS = ["tested", "absent"] as const;
export type WindowReport = (typeof WINDOW_REPORTS)[number];

export const WINDOW_ITEM_STATES = [
  "planned",
  "absent",
  "queued",
  "running",
  "waiting_for_author",
  "waiting_for_deployer",
  "deployed",
  "not_deployed",
  "reverted",
] as const;
export type WindowItemState = (typeof WINDOW_ITEM_STATES)[number];

export const WINDOW_ITEMS_MAX = 50;

const WEEK_MS = 7 * 24 * 3_600_000;
/** How many windows of a weekly series exist ahead of time. */
const WINDOWS_AHEAD = 8;

export type WindowTimes = { startsAt: Date; endsAt: Date };

/** The job that contains the change of an item, as far as the item depends on it. */
export type ItemJob = {
  id: number;
  state: JobState;
  outcome: Outcome | null;
  reached: Reached;
  isReverted: boolean;
};

/** `jobId`: the job that was tested; null when the author said it without one. */
export type ItemReport = { kind: WindowReport; jobId: number | null };

export function windowItemState(report: ItemReport | undefined, job: ItemJob | undefined): WindowItemState {
  if (job === undefined) return report?.kind === "absent" ? "absent" : "planned";
  if (isTerminal(job.state)) {
    if (job.outcome !== "completed") return "not_deployed";
    return job.isReverted ? "reverted" : "deployed";
  }
  if (job.state !== "waiting") return job.state === "queued" ? "queued" : "running";
  return job.reached === "testservers" && !isTested(report, job)
    ? "waiting_for_author"
    : "waiting_for_deployer";
}

/** What was tested in an earlier job says nothing about this one. An absent author tests nothing. */
function isTested(report: ItemReport | undefined, job: ItemJob): boolean {
  return report !== undefined && (report.kind === "absent" || report.jobId === job.id);
}

/** Whether a deployment of the item can be requested: none is in progress or has succeeded. */
export function isStartableItem(state: WindowItemState): boolean {
  return ["planned", "absent", "not_deployed", "reverted"].includes(state);
}

export type WindowPhase = "coming" | "open" | "over" | "cancelled";

export function windowPhase({ startsAt, endsAt }: WindowTimes, isCancelled: boolean, now: Date): WindowPhase {
  if (isCancelled) return "cancelled";
  if (now < startsAt) return "coming";
  return now < endsAt ? "open" : "over";
}

/**
 * The next windows of a weekly series: those that have not ended. A week has 168 hours, because the times are UTC.
 * @param first of the series
 */
export function weeklyTimes(first: WindowTimes, now: Date): WindowTimes[] {
  const lengthMs = first.endsAt.getTime() - first.startsAt.getTime();
  const weeks = Math.max(0, Math.floor((now.getTime() - first.endsAt.getTime()) / WEEK_MS) + 1);
  return Array.from({ length: WINDOWS_AHEAD }, (_, index) => {
    const startsAt = new Date(first.startsAt.getTime() + (weeks + index) * WEEK_MS);
    return { startsAt, endsAt: new Date(startsAt.getTime() + lengthMs) };
  });
}

/** A person may report on a change as its author, who is named by SpiderPig or by Gerrit. */
export function isAuthor(userName: string, { author, owner }: { author: string; owner: string }): boolean {
  return [author, owner].some((name) => name.toLowerCase() === userName.toLowerCase());
}

export type ItemDependency = { number: number; dependency: number };

/** Changes that depend on one that comes later in the window: deployed in this order, scap would refuse them. */
export function laterDependencies(
  items: readonly { number: number; dependencies: readonly number[] }[],
): ItemDependency[] {
  const positions = new Map(items.map(({ number }, index) => [number, index]));
  return items.flatMap(({ number, dependencies }, index) =>
    dependencies
      .filter((dependency) => (positions.get(dependency) ?? -1) > index)
      .map((dependency) => ({ number, dependency })),
  );
}
