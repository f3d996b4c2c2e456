// Live updates of a web process: one LISTEN connection, one channel for each watched job, one for the overview.
import type { Database } from "../../db/connection.ts";
import { type Listener, listen } from "../../db/listen.ts";
import { listUnresponsiveJobs } from "../../db/lost-jobs.ts";
import type { Log } from "../../log.ts";
import { createJobChannel, type Cursor, type JobChannel } from "./job-channel.ts";
import { createOverviewChannel } from "./overview-channel.ts";
import { openMultiplexedStream } from "./multiplexed-stream.ts";
import { type EventStream, openStream, type StreamOpener } from "./stream.ts";

/** A missed heartbeat sends no notification, so it is polled. */
const HEARTBEAT_CHECK_MS = 2500;

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
  const onError = (error: unknown) => log.warn("live: could not read the database, trying again", { error });
  const overview = createOverviewChannel({ db, onError });
  let listener: Listener | undefined;
  let heartbeatTimer: NodeJS.Timeout | undefined;
  let isChecking = false;

  /** Each channel compares with what it sent, so a missed or late check does no harm. */
  async function checkHeartbeats(): Promise<void> {
    if (isChecking || (jobs.size === 0 && !overview.isWatched)) return;
    isChecking = true;
    try {
      const unresponsive = await listUnresponsiveJobs(db);
      for (const [jobId, channel] of jobs) channel.setUnresponsiveSince(unresponsive.get(jobId) ?? null);
      overview.setUnresponsiveJobs(unresponsive);
    } catch (error) {
      onError(error);
    } finally {
      isChecking = false;
    }
  }

  const startListening = () => {
    heartbeatTimer ??= setInterval(() => void checkHeartbeats(), HEARTBEAT_CHECK_MS);
    listener ??= listen({
      databaseUrl: options.databaseUrl,
      channels: ["job", "output", "lane"],
      onNotification(channel, jobId) {
        const what = channel === "output" ? "output" : "job";
        jobs.get(jobId)?.changed(what);
        if (channel === "job") {
          for (const [otherId, other] of jobs) if (otherId !== jobId) other.othersChanged();
        }
        overview.changed(what);
      },
      // Notifications were missed while the connection was lost: every channel reads again.
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
      channel = createJobChannel({ db, jobId, onError, onEmpty: () => jobs.delete(jobId) });
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
      clearInterval(heartbeatTimer);
      await listener?.close();
    },
  };
}
