// The subscribers of the home page: summaries of all open jobs and the newest ended ones. On each change the channel reads
// that short list again and sends the jobs that differ, which includes changed positions in the queue.
import type { Database } from "../../db/connection.ts";
import { listOverview } from "../../db/jobs.ts";
import { listLanes } from "../../db/lanes.ts";
import { countWorkers } from "../../db/workers.ts";
import type { JobSummary } from "../../contract/job.ts";
import type { Lane } from "../../contract/lane.ts";
import type { Health } from "../../contract/service.ts";
import { healthOf } from "./health-of.ts";
import { createRefresher } from "./refresher.ts";
import { type EventStream, openStream, type StreamOpener } from "./stream.ts";

/** Progress is pushed at most this often to the overview; states are pushed at once. */
const PROGRESS_PAUSE_MS = 250;
/** How often changes without a notification are polled: the health, and the end of a freeze. */
const POLL_MS = 2000;

export type OverviewChannel = {
  watch(open?: StreamOpener): EventStream;
  changed(what: "job" | "output"): void;
  /** Jobs whose worker is not responding, with the time of its last heartbeat. */
  setUnresponsiveJobs(since: ReadonlyMap<number, string>): void;
  readonly isWatched: boolean;
  databaseLost(): void;
};

type Overview = { jobs: JobSummary[]; lanes: Lane[] };

export function createOverviewChannel(options: {
  db: Database;
  onError: (error: unknown) => void;
}): OverviewChannel {
  const { db } = options;
  const watchers = new Set<EventStream>();
  let seen: Overview | undefined;
  let sent = new Map<number, string>();
  /** Undefined without watchers, so that the next one gets no stale state. */
  let health: Health | undefined;
  let isChecking = false;
  let pollTimer: NodeJS.Timeout | undefined;
  const refresher = createRefresher(refresh, options.onError);
  let outputTimer: NodeJS.Timeout | undefined;

  async function refresh(): Promise<void> {
    if (watchers.size === 0) return;
    const [jobs, lanes] = await Promise.all([listOverview(db), listLanes(db)]);
    // The last watcher left in the meantime: from now on `seen` would become stale.
    if (watchers.size === 0) return;
    const before = seen;
    seen = { jobs, lanes };
    const current = new Map(jobs.map((job) => [job.id, JSON.stringify(job)]));
    if (before === undefined) {
      for (const watcher of watchers) watcher.send("overview", JSON.stringify(seen));
    } else {
      for (const [id, data] of current) {
        if (sent.get(id) === data) continue;
        for (const watcher of watchers) watcher.send("job", data);
      }
      const data = JSON.stringify({ lanes });
      if (data !== JSON.stringify({ lanes: before.lanes })) {
        for (const watcher of watchers) watcher.send("lanes", data);
      }
    }
    sent = current;
  }

  function poll(): void {
    void checkHealth();
    // Only the database knows whether the freeze has ended: its clock decides.
    if (seen?.lanes.some(({ freeze }) => freeze !== null && freeze.until !== null) === true) {
      refresher.request();
    }
  }

  async function checkHealth(): Promise<void> {
    if (isChecking) return;
    isChecking = true;
    try {
      setHealth(healthOf("ok", await countWorkers(db)));
    } catch (error) {
      options.onError(error);
      databaseLost();
    } finally {
      isChecking = false;
    }
  }

  function databaseLost(): void {
    if (watchers.size === 0) return;
    setHealth(healthOf("unreachable", health?.workers ?? 0));
  }

  function setHealth(next: Health): void {
    if (watchers.size === 0) return;
    const data = JSON.stringify(next);
    if (data === JSON.stringify(health)) return;
    health = next;
    for (const watcher of watchers) watcher.send("health", data);
  }

  return {
    watch(open = openStream) {
      const stream: EventStream = open({
        onDrain: () => undefined,
        onClose: () => {
          watchers.delete(stream);
          if (watchers.size > 0) return;
          clearInterval(pollTimer);
          pollTimer = undefined;
          seen = undefined;
          health = undefined;
        },
      });
      watchers.add(stream);
      if (health !== undefined) stream.send("health", JSON.stringify(health));
      if (seen === undefined) refresher.request();
      else stream.send("overview", JSON.stringify(seen));
      if (pollTimer === undefined) {
        poll();
        pollTimer = setInterval(poll, POLL_MS);
      }
      return stream;
    },
    changed(what) {
      if (what === "job") return refresher.request();
      outputTimer ??= setTimeout(() => {
        outputTimer = undefined;
        refresher.request();
      }, PROGRESS_PAUSE_MS);
    },
    setUnresponsiveJobs(since) {
      const hasChanged = seen?.jobs.some(
        (job) => job.workerUnresponsiveSince !== (since.get(job.id) ?? null),
      );
      if (hasChanged === true) refresher.request();
    },
    get isWatched() {
      return watchers.size > 0;
    },
    databaseLost,
  };
}
