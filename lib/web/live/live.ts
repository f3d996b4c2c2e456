// The live side of a web process: one connection that listens, one channel a watched job, one for the overview.
import type { Database } from "../../db/connection.ts";
import { type Listener, listen } from "../../db/listen.ts";
import { listUnresponsiveJobs } from "../../db/lost-jobs.ts";
import type { Log } from "../../log.ts";
import { createJobChannel, type Cursor, type JobChannel } from "./job-channel.ts";
import { createOverviewChannel } from "./overview-channel.ts";
import { openMultiplexedStream } from "./multiplexed-stream.ts";
import { type EventStream, openStream, type StreamOpener } from "./stream.ts";

/** Nobody notifies of a worker that falls silent: somebody has to look. */
const SILENCE_EVERY_MS = 2500;

export type WatchedJob = { jobId: number; cursor: Cursor };

export type Live = {
  /** The stream ends with the job; of a lost one only if it does not stay. */
  watchJob(jobId: number, cursor: Cursor, lost?: "ends" | "stays"): EventStream;
  watchOverview(): EventStream;
  /** The overview and any number of jobs on one stream. It stays open when jobs end. */
  watchTogether(jobs: readonly WatchedJob[]): EventStream;
  close(): Promise<void>;
};

export function createLive(options: { db: Database; databaseUrl: string; log: Log }): Live {
  const { db, log } = options;
  const jobs = new Map<number, JobChannel>();
  const onFault = (error: unknown) => log.warn("live: could not read the database, trying again", { error });
  const overview = createOverviewChannel({ db, onFault });
  let listener: Listener | undefined;
  let silenceTimer: NodeJS.Timeout | undefined;
  let isLooking = false;

  /** What is watched is told what is true now, and compares: a look that was missed or came late harms nothing. */
  async function lookForSilence(): Promise<void> {
    if (isLooking || (jobs.size === 0 && !overview.isWatched)) return;
    isLooking = true;
    try {
      const silent = await listUnresponsiveJobs(db);
      for (const [jobId, channel] of jobs) channel.workerIs(silent.get(jobId) ?? null);
      overview.workersAre(silent);
    } catch (error) {
      onFault(error);
    } finally {
      isLooking = false;
    }
  }

  const startListening = () => {
    silenceTimer ??= setInterval(() => void lookForSilence(), SILENCE_EVERY_MS);
    listener ??= listen({
      databaseUrl: options.databaseUrl,
      channels: ["job", "output", "lane"],
      onNotification(channel, jobId) {
        const what = channel === "output" ? "output" : "job";
        jobs.get(jobId)?.changed(what);
        if (channel === "job")
          for (const [otherId, other] of jobs) if (otherId !== jobId) other.othersChanged();
        overview.changed(what);
      },
      // What happened while nobody listened is found by looking at everything that is watched.
      onGap() {
        for (const channel of jobs.values()) channel.changed("job");
        overview.changed("job");
      },
      onLost(error) {
        log.warn("live: lost the listening connection", { error });
        overview.databaseLost();
      },
    });
  };

  function watchJob(jobId: number, cursor: Cursor, lost: "ends" | "stays", open: StreamOpener): EventStream {
    let channel = jobs.get(jobId);
    if (channel === undefined) {
      channel = createJobChannel({ db, jobId, onFault, onEmpty: () => jobs.delete(jobId) });
      jobs.set(jobId, channel);
    }
    return channel.watch(cursor, lost === "stays", open);
  }

  return {
    watchJob(jobId, cursor, lost = "ends") {
      startListening();
      return watchJob(jobId, cursor, lost, openStream);
    },
    watchOverview() {
      startListening();
      return overview.watch();
    },
    watchTogether(watched) {
      startListening();
      const multiplexed = openMultiplexedStream();
      overview.watch(multiplexed.part(null));
      for (const { jobId, cursor } of watched) watchJob(jobId, cursor, "stays", multiplexed.part(jobId));
      return multiplexed.stream;
    },
    async close() {
      clearInterval(silenceTimer);
      await listener?.close();
    },
  };
}
