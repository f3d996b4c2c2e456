// The subscribers of the overview: summaries of the jobs that hold a lane, the first of the queue and the newest ended ones. On
// each change the channel reads that short list again and sends the jobs that differ. A summary says nothing about other jobs,
// so a change of one job sends one job, however long the queue is.
import type { Database } from "../../db/connection.ts";
import { type JobOverview, listJobsById, listOverview } from "../../db/jobs.ts";
import { listHostStates } from "../../db/hosts.ts";
import { listLanes } from "../../db/lanes.ts";
import { findTrainReading } from "../../db/train.ts";
import { countWorkers } from "../../db/workers.ts";
import { isTerminal } from "../../domain/job.ts";
import type { JobSummary } from "../../contract/job.ts";
import type { Lane } from "../../contract/lane.ts";
import type { Health } from "../../contract/service.ts";
import { createErrorPush } from "./error-push.ts";
import { healthOf } from "./health-of.ts";
import { createPolledPush, type PolledPush } from "./polled-push.ts";
import { createRefresher } from "./refresher.ts";
import { type EventStream, openStream, type StreamOpener } from "./stream.ts";

/** Progress is pushed at most this often to the overview; states are pushed at once. */
const PROGRESS_PAUSE_MS = 250;
/** How often changes without a notification are polled: the health, a train that is stale, and the end of a freeze. */
const POLL_MS = 2000;

export type OverviewChannel = {
  watch(open?: StreamOpener): EventStream;
  changed(what: "job" | "output" | "lane"): void;
  errorsChanged(): void;
  /** Jobs whose worker is not responding, with the time of its last heartbeat. */
  setUnresponsiveJobs(since: ReadonlyMap<number, string>): void;
  trainChanged(): void;
  windowsChanged(): void;
  isWatched(): boolean;
  databaseLost(): void;
};

type SeenOverview = JobOverview & {
  lanes: Lane[];
  /** Each job as it was sent. */
  jobData: ReadonlySet<string>;
};

type HealthOptions = { db: Database; onError: (error: unknown) => void };
type ChannelOptions = HealthOptions & {
  /** An error source is configured. */
  hasErrors: boolean;
};

export function createOverviewChannel(options: ChannelOptions): OverviewChannel {
  const { db, onError } = options;
  const watchers = new Set<EventStream>();
  const health = createHealthPush(options, watchers);
  const errors = createErrorPush({ db, isEnabled: options.hasErrors, watchers, onError });
  const train = createTrainPush(options, watchers);
  const hosts = createHostsPush(options, watchers);
  const pushes = [health, hosts, errors, train];
  let seen: SeenOverview | undefined;
  let pollTimer: NodeJS.Timeout | undefined;
  const refresher = createRefresher(refresh, onError);
  const requestLater = createDelay(PROGRESS_PAUSE_MS, () => refresher.request());

  async function refresh(): Promise<void> {
    if (watchers.size === 0) return;
    const before = seen;
    const { after, events } = await readChanges(db, before);
    // The last watcher left in the meantime. One that came since needs the whole overview, and has requested it.
    if (watchers.size === 0 || seen !== before) return;
    seen = after;
    for (const watcher of watchers) for (const [event, data] of events) watcher.send(event, data);
  }

  function poll(): void {
    for (const push of [health, hosts, train]) void push.check();
    // Only the database knows whether a freeze has ended: its clock decides.
    if (seen !== undefined && hasTimedFreeze(seen)) refresher.request();
  }

  function stop(): void {
    clearInterval(pollTimer);
    pollTimer = undefined;
    seen = undefined;
    for (const push of pushes) push.reset();
  }

  return {
    watch(open = openStream) {
      const onClose = () => {
        watchers.delete(stream);
        if (watchers.size === 0) stop();
      };
      const stream: EventStream = open({ onDrain: () => undefined, onClose });
      watchers.add(stream);
      for (const push of pushes) push.greet(stream);
      if (seen === undefined) refresher.request();
      else stream.send(...wholeOverview(seen));
      pollTimer ??= startPolling(poll);
      return stream;
    },
    changed(what) {
      if (what === "lane") void hosts.check();
      return what === "output" ? requestLater() : refresher.request();
    },
    setUnresponsiveJobs(since) {
      const isStale = seen?.jobs.some((job) => job.workerUnresponsiveSince !== (since.get(job.id) ?? null));
      if (isStale === true) refresher.request();
    },
    errorsChanged: () => errors.changed(),
    trainChanged: () => void train.check(),
    windowsChanged: () => announceWindowChange(watchers),
    isWatched: () => watchers.size > 0,
    databaseLost: health.databaseLost,
  };
}

/** Not the windows themselves: few pages show them, and all pages receive this. */
function announceWindowChange(watchers: ReadonlySet<EventStream>): void {
  const data = JSON.stringify({ changedAt: new Date().toISOString() });
  for (const watcher of watchers) watcher.send("windows", data);
}

function startPolling(poll: () => void): NodeJS.Timeout {
  poll();
  return setInterval(poll, POLL_MS);
}

/** Runs it once after the delay, however often it is called until then. */
function createDelay(delayMs: number, run: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  return () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      run();
    }, delayMs);
  };
}

type OverviewEvent = [event: string, data: string];

/** Reads the overview. @returns it, and the events that turn `before` into it. */
async function readChanges(
  db: Database,
  before: SeenOverview | undefined,
): Promise<{ after: SeenOverview; events: OverviewEvent[] }> {
  const [overview, lanes] = await Promise.all([listOverview(db), listLanes(db)]);
  const gone = before === undefined ? [] : await listJobsById(db, goneFrom(before, overview.jobs));
  const [open, ended] = [
    gone.filter(({ state }) => !isTerminal(state)),
    gone.filter(({ state }) => isTerminal(state)),
  ];
  // A queued job that others were moved before may no longer be one of the first, but pages show it.
  const jobs = [...overview.jobs, ...open];
  const jobData = new Set(jobs.map((job) => JSON.stringify(job)));
  const after = { ...overview, jobs, lanes, jobData };
  if (before === undefined) return { after, events: [wholeOverview(after)] };
  return { after, events: changedEvents(before, after, ended) };
}

function hasTimedFreeze({ lanes }: SeenOverview): boolean {
  return lanes.some(({ freeze }) => freeze !== null && freeze.until !== null);
}

function wholeOverview({ jobs, queuedCount, lanes }: SeenOverview): OverviewEvent {
  return ["overview", JSON.stringify({ jobs, queuedCount, lanes })];
}

/** Open jobs that are no longer listed: they ended long ago, or others were moved before them in the queue. */
function goneFrom({ jobs }: SeenOverview, now: readonly JobSummary[]): number[] {
  const listed = new Set(now.map(({ id }) => id));
  return jobs.filter(({ id, state }) => !isTerminal(state) && !listed.has(id)).map(({ id }) => id);
}

function changedEvents(
  before: SeenOverview,
  after: SeenOverview,
  ended: readonly JobSummary[],
): OverviewEvent[] {
  const changed = [...after.jobData].filter((data) => !before.jobData.has(data));
  const jobs = [...changed, ...ended.map((job) => JSON.stringify(job))];
  const events = jobs.map((data): OverviewEvent => ["job", data]);
  if (after.queuedCount !== before.queuedCount) {
    events.push(["queue", JSON.stringify({ queuedCount: after.queuedCount })]);
  }
  const lanes = JSON.stringify({ lanes: after.lanes });
  if (lanes !== JSON.stringify({ lanes: before.lanes })) events.push(["lanes", lanes]);
  return events;
}

/** Pushes what the hosts can start, when it has changed. */
function createHostsPush({ db, onError }: ChannelOptions, watchers: ReadonlySet<EventStream>): PolledPush {
  const read = async () => ({ hosts: await listHostStates(db) });
  return createPolledPush({ event: "hosts", read, watchers, onError });
}

/** Pushes which state of the train is the current one, when it has changed or has become stale. */
function createTrainPush({ db, onError }: ChannelOptions, watchers: ReadonlySet<EventStream>): PolledPush {
  const read = async () => ({ train: (await findTrainReading(db)) ?? null });
  return createPolledPush({ event: "train", read, watchers, onError });
}

/** Pushes the health of the database and the workers when it has changed. */
function createHealthPush({ db, onError }: HealthOptions, watchers: ReadonlySet<EventStream>) {
  /** Undefined without watchers, so that the next one gets no stale state. */
  let known: Health | undefined;
  let isChecking = false;

  function set(next: Health): void {
    if (watchers.size === 0) return;
    const data = JSON.stringify(next);
    if (data === JSON.stringify(known)) return;
    known = next;
    for (const watcher of watchers) watcher.send("health", data);
  }

  const databaseLost = () => set(healthOf("unreachable", known?.workers ?? 0));

  return {
    databaseLost,
    async check(): Promise<void> {
      if (isChecking) return;
      isChecking = true;
      try {
        set(healthOf("ok", await countWorkers(db)));
      } catch (error) {
        onError(error);
        databaseLost();
      } finally {
        isChecking = false;
      }
    },
    greet(watcher: EventStream): void {
      if (known !== undefined) watcher.send("health", JSON.stringify(known));
    },
    reset(): void {
      known = undefined;
    },
  };
}
