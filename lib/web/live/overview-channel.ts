// Everybody who watches the home page: the summaries of all open and the newest ended jobs. Any change makes the
// channel read that short list again and push the jobs that differ, so positions in the queue move by themselves.
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
/** So often somebody looks whether what nothing notifies of has happened. */
const LOOK_EVERY_MS = 2000;

export type OverviewChannel = {
  watch(open?: StreamOpener): EventStream;
  changed(what: "job" | "output"): void;
  /** Since when the workers of which jobs are silent, as it is known now. */
  workersAre(silentSince: ReadonlyMap<number, string>): void;
  readonly isWatched: boolean;
  databaseLost(): void;
};

type Overview = { jobs: JobSummary[]; lanes: Lane[] };

export function createOverviewChannel(options: {
  db: Database;
  onFault: (error: unknown) => void;
}): OverviewChannel {
  const { db } = options;
  const watchers = new Set<EventStream>();
  let seen: Overview | undefined;
  let sent = new Map<number, string>();
  /** Undefined while nobody watches: what was true then is not sent to whoever comes next. */
  let health: Health | undefined;
  let isChecking = false;
  let lookTimer: NodeJS.Timeout | undefined;
  const refresher = createRefresher(refresh, options.onFault);
  let outputTimer: NodeJS.Timeout | undefined;

  async function refresh(): Promise<void> {
    if (watchers.size === 0) return;
    const [jobs, lanes] = await Promise.all([listOverview(db), listLanes(db)]);
    // Everybody has gone meanwhile: from now on nobody keeps this up to date.
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

  function look(): void {
    void checkHealth();
    // Whether its end has come the database says: by whose clock it was set, nobody here knows.
    if (seen?.lanes.some(({ freeze }) => freeze !== null && freeze.until !== null) === true)
      refresher.request();
  }

  async function checkHealth(): Promise<void> {
    if (isChecking) return;
    isChecking = true;
    try {
      setHealth(healthOf("ok", await countWorkers(db)));
    } catch (error) {
      options.onFault(error);
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
          clearInterval(lookTimer);
          lookTimer = undefined;
          seen = undefined;
          health = undefined;
        },
      });
      watchers.add(stream);
      if (health !== undefined) stream.send("health", JSON.stringify(health));
      if (seen === undefined) refresher.request();
      else stream.send("overview", JSON.stringify(seen));
      if (lookTimer === undefined) {
        look();
        lookTimer = setInterval(look, LOOK_EVERY_MS);
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
    workersAre(silentSince) {
      const isNews = seen?.jobs.some(
        (job) => job.workerUnresponsiveSince !== (silentSince.get(job.id) ?? null),
      );
      if (isNews === true) refresher.request();
    },
    get isWatched() {
      return watchers.size > 0;
    },
    databaseLost,
  };
}
