// Live updates of a web process: one LISTEN connection, one channel for each watched job, one for the overview.
import type { Database } from "../../db/connection.ts";
import { type Listener, listen } from "../../db/listen.ts";
import { listUnresponsiveJobs } from "../../db/lost-jobs.ts";
import type { Log } from "../../log.ts";
import { createJobChannel, type JobChannel } from "./job-channel.ts";
import type { Cursor } from "./job-watcher.ts";
import { createOverviewChannel, type OverviewChannel } from "./overview-channel.ts";
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
  const onError = (error: unknown) => log.warn("live: could not read the database, trying again", { error });
  const channels: Channels = { jobs: new Map(), overview: createOverviewChannel({ db, onError }) };
  const checkHeartbeats = createHeartbeatCheck({ db, channels, onError });
  let listener: Listener | undefined;
  let heartbeatTimer: NodeJS.Timeout | undefined;

  const startListening = () => {
    heartbeatTimer ??= setInterval(() => void checkHeartbeats(), HEARTBEAT_CHECK_MS);
    listener ??= listenForChanges({ databaseUrl: options.databaseUrl, channels, log });
  };

  function watchJob(jobId: number, cursor: Cursor, lost: "ends" | "stays", open: StreamOpener): EventStream {
    const { jobs } = channels;
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
      return channels.overview.watch();
    },
    watchTogether(watched) {
      startListening();
      const multiplexed = openMultiplexedStream();
      channels.overview.watch(multiplexed.part(null));
      for (const { jobId, cursor } of watched) watchJob(jobId, cursor, "stays", multiplexed.part(jobId));
      return multiplexed.stream;
    },
    async close() {
      clearInterval(heartbeatTimer);
      await listener?.close();
    },
  };
}

type Channels = { jobs: Map<number, JobChannel>; overview: OverviewChannel };

function listenForChanges(options: { databaseUrl: string; channels: Channels; log: Log }): Listener {
  const { channels, log } = options;
  const { jobs, overview } = channels;
  return listen({
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
}

/** One check at a time. Each channel compares with what it sent, so a missed or late check does no harm. */
function createHeartbeatCheck(options: {
  db: Database;
  channels: Channels;
  onError: (error: unknown) => void;
}): () => Promise<void> {
  const { jobs, overview } = options.channels;
  let isChecking = false;
  return async () => {
    if (isChecking || (jobs.size === 0 && !overview.isWatched())) return;
    isChecking = true;
    try {
      const unresponsive = await listUnresponsiveJobs(options.db);
      for (const [jobId, channel] of jobs) channel.setUnresponsiveSince(unresponsive.get(jobId) ?? null);
      overview.setUnresponsiveJobs(unresponsive);
    } catch (error) {
      options.onError(error);
    } finally {
      isChecking = false;
    }
  };
}
