// What the home page and the header show, as a pure function of the events that arrived. Jobs are kept newest
// first; ended ones beyond a bound are forgotten, live ones never.
import type { z } from "zod";
import { isLive, isTerminal } from "#lib/domain/job.ts";
import type { overviewEvents, OverviewEventName } from "#lib/contract/events.ts";
import type { Interaction } from "#lib/contract/interaction.ts";
import type { JobSummary } from "#lib/contract/job.ts";
import type { Health } from "#lib/contract/service.ts";

export type Overview = z.infer<(typeof overviewEvents)["overview"]>;

export type OverviewState = Overview & { health: Health | null };

export type OverviewEvent = {
  [Name in OverviewEventName]: { event: Name; data: z.infer<(typeof overviewEvents)[Name]> };
}[OverviewEventName];

export const ENDED_JOBS_MAX = 50;

export function reduceOverview(state: OverviewState, change: OverviewEvent): OverviewState {
  switch (change.event) {
    case "overview":
      return { ...state, jobs: newestFirst(change.data.jobs), lanes: change.data.lanes };
    case "job":
      return withJob(state, change.data);
    case "lanes":
      return { ...state, lanes: change.data.lanes };
    case "health":
      return { ...state, health: change.data };
  }
}

function withJob(state: OverviewState, job: JobSummary): OverviewState {
  const known = state.jobs.find((one) => one.id === job.id);
  // An ended job does not come back: a late event must not put its question on the page again.
  if (known !== undefined && isTerminal(known.state) && !isTerminal(job.state)) return state;
  const jobs = newestFirst([job, ...state.jobs.filter((one) => one.id !== job.id)]);
  return { ...state, jobs };
}

function newestFirst(jobs: readonly JobSummary[]): JobSummary[] {
  let ended = 0;
  return jobs
    .toSorted((a, b) => b.id - a.id)
    .filter((job) => {
      if (!isTerminal(job.state)) return true;
      ended += 1;
      return ended <= ENDED_JOBS_MAX;
    });
}

export type HomeSections = {
  waiting: JobSummary[];
  running: JobSummary[];
  queued: JobSummary[];
  ended: JobSummary[];
};

/** Waiting and running: longest first, because they need eyes most; queued: in their order; ended: newest first. */
export function homeSections(jobs: readonly JobSummary[]): HomeSections {
  const oldestFirst = jobs.toReversed();
  return {
    waiting: oldestFirst.filter((job) => isLive(job.state) && job.pendingInteraction !== null),
    running: oldestFirst.filter((job) => isLive(job.state) && job.pendingInteraction === null),
    queued: oldestFirst
      .filter((job) => job.state === "queued")
      .sort((a, b) => (a.queuePosition ?? Infinity) - (b.queuePosition ?? Infinity) || a.id - b.id),
    ended: jobs.filter((job) => isTerminal(job.state)),
  };
}

/** The answer to our own request may be known before the stream says so. */
export function withAnsweredInteraction(state: OverviewState, interaction: Interaction): OverviewState {
  if (interaction.state === "pending") return state;
  return {
    ...state,
    jobs: state.jobs.map((job) =>
      job.pendingInteraction?.id === interaction.id
        ? { ...job, pendingInteraction: null, state: job.state === "waiting" ? "running" : job.state }
        : job,
    ),
  };
}
