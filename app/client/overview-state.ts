// The state of the home page and the header, as a pure reducer over the events of the stream. Jobs are sorted newest first;
// ended jobs beyond a limit are dropped, live ones never. Of the queue only the first jobs are listed, and all are counted.
import { isLive, isTerminal } from "#lib/domain/job.ts";
import type { ErrorRate } from "#lib/contract/error-rate.ts";
import type { OverviewEvent } from "#lib/contract/events.ts";
import type { Interaction } from "#lib/contract/interaction.ts";
import type { JobSummary } from "#lib/contract/job.ts";
import type { HostState, Lane } from "#lib/contract/lane.ts";
import type { Health } from "#lib/contract/service.ts";
import type { TrainReading } from "#lib/contract/train.ts";

export type Overview = Extract<OverviewEvent, { event: "overview" }>["data"];

export type OverviewState = Overview & {
  hosts: readonly HostState[];
  health: Health | null;
  /** Null if no error source is configured. */
  errors: ErrorRate | null;
  /** Null if no worker reads the state of the train. */
  train: TrainReading | null;
  /** When a window last changed, since the page was loaded. */
  windowsChangedAt?: string;
};

export const ENDED_JOBS_MAX = 50;

/** The server was updated since it rendered the page, whose scripts may not understand what it sends now. */
export function isOutdated(rendered: OverviewState, now: OverviewState): boolean {
  return rendered.health !== null && now.health !== null && rendered.health.version !== now.health.version;
}

export function reduceOverview(state: OverviewState, change: OverviewEvent): OverviewState {
  switch (change.event) {
    case "overview":
      return { ...state, ...change.data, jobs: newestFirst(change.data.jobs) };
    case "job":
      return withJob(state, change.data);
    case "queue":
    case "lanes":
    case "train":
    case "hosts":
      return { ...state, ...change.data };
    case "health":
      return { ...state, health: change.data };
    case "windows":
      return { ...state, windowsChangedAt: change.data.changedAt };
    case "errors":
      return { ...state, errors: change.data };
    default:
      // A newer server may send events that this page does not know.
      return state;
  }
}

function withJob(state: OverviewState, job: JobSummary): OverviewState {
  const known = state.jobs.find((one) => one.id === job.id);
  // An ended job stays ended: a late event must not show its question again.
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

/** A freeze whose end has passed is over, although no event has said so yet. */
export function lanesAt(lanes: readonly Lane[], nowMs: number): Lane[] {
  return lanes.map((lane) => {
    const until = lane.freeze?.until ?? null;
    return until !== null && Date.parse(until) <= nowMs ? { ...lane, freeze: null } : lane;
  });
}

export type QueuedJob = {
  job: JobSummary;
  /** In the queue of its lane; 1 starts next. Undefined while the job is held: others overtake it. */
  position: number | undefined;
  /** The job that holds the lane, otherwise the one queued right before; undefined if this one starts next, or is held. */
  blockedBy: number | undefined;
};

export type HomeSections = {
  /** Running or waiting for input. */
  live: JobSummary[];
  queued: QueuedJob[];
  ended: JobSummary[];
};

/** Live: open questions first, then the oldest. Queued: in their order. Ended: newest first. */
export function homeSections(jobs: readonly JobSummary[], lanes: readonly Lane[]): HomeSections {
  const oldestFirst = jobs.toReversed();
  const live = oldestFirst.filter((job) => isLive(job.state));
  const inOrder = jobs.filter((job) => job.state === "queued").toSorted((a, b) => a.queueRank - b.queueRank);
  const [startable, held] = partition(inOrder);
  const queues = Map.groupBy(startable, ({ lane }) => lane);
  const queued = [...queues].flatMap(([lane, inLane]) => {
    const holder = lanes.find(({ name }) => name === lane)?.heldBy ?? undefined;
    return inLane.map((job, index) => ({
      job,
      position: index + 1,
      blockedBy: holder ?? inLane[index - 1]?.id,
    }));
  });
  return {
    live: live.toSorted((a, b) => rank(a) - rank(b)),
    queued: [
      ...queued.toSorted((a, b) => a.position - b.position || a.job.queueRank - b.job.queueRank),
      ...held.map((job) => ({ job, position: undefined, blockedBy: undefined })),
    ],
    ended: jobs.filter((job) => isTerminal(job.state)),
  };
}

function partition(queued: readonly JobSummary[]): [startable: JobSummary[], held: JobSummary[]] {
  return [queued.filter(({ held }) => held === null), queued.filter(({ held }) => held !== null)];
}

function rank({ pendingInteraction }: JobSummary): number {
  return pendingInteraction === null ? 1 : 0;
}

/** Applies the response to our own request, which may arrive before the event of the stream. */
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
