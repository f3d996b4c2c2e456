// Live updates of a web process: one LISTEN connection, one channel for each watched job and window, one for the overview.
import type { Database } from "../../db/connection.ts";
import { type Listener, listen } from "../../db/listen.ts";
import { listUnresponsiveJobs } from "../../db/lost-jobs.ts";
import type { User } from "../../domain/permission.ts";
import type { Log } from "../../log.ts";
import { createJobChannel, type JobChannel } from "./job-channel.ts";
import type { Cursor } from "./job-watcher.ts";
import { createOverviewChannel, type OverviewChannel } from "./overview-channel.ts";
import { openMultiplexedStream } from "./multiplexed-stream.ts";
import { checkAccess, type EventStream, openStream, type StreamOpener } from "./stream.ts";
import { createViewers, type Viewers } from "./viewers.ts";
import { createWindowChannel, type WindowChannel } from "./window-channel.ts";

/** A missed heartbeat sends no notification, so it is polled. */
const HEARTBEAT_CHECK_MS = 2500;

export type WatchedJob = { jobId: number; cursor: Cursor };
/** The user is shown to the other viewers of the job. */
export type WatchOptions = { user?: User | undefined; lost?: "ends" | "stays" };

export type Live = {
  /** The stream ends with the job; of a lost one only if it does not stay. */
  watchJob(jobId: number, cursor: Cursor, options?: WatchOptions): EventStream;
  watchOverview(): EventStream;
  /** The overview and any number of jobs and windows on one stream. It stays open when jobs end. */
  watchTogether(
    watched: { jobs: readonly WatchedJob[]; windows: readonly number[] },
    user?: User,
  ): EventStream;
  /** The windows that are watched in this process. */
  watchedWindows(): number[];
  close(): Promise<void>;
};

type LiveOptions = {
  db: Database;
  databaseUrl: string;
  log: Log;
  /** An error source is configured. */
  hasErrors?: boolean;
};

export function createLive(options: LiveOptions): Live {
  const { db, log, hasErrors = false } = options;
  const onError = (error: unknown) => log.warn("live: could not read the database, trying again", { error });
  const overview = createOverviewChannel({ db, onError, hasErrors });
  const channels: Channels = { jobs: new Map(), windows: new Map(), overview };
  const viewers = {
    viewers: createViewers(db, "viewers", onError),
    window_viewers: createViewers(db, "window_viewers", onError),
  };
  const checkHeartbeats = createHeartbeatCheck({ db, channels, onError });
  let listener: Listener | undefined;
  let heartbeatTimer: NodeJS.Timeout | undefined;

  const windowChannel = (id: number) => openWindowChannel({ db, id, onError, windows: channels.windows });

  const startListening = () => {
    heartbeatTimer ??= setInterval(() => void checkHeartbeats(), HEARTBEAT_CHECK_MS);
    listener ??= listenForChanges({ databaseUrl: options.databaseUrl, channels, viewers, log });
  };

  function watchJob({ jobId, cursor }: WatchedJob, options: WatchOptions, open: StreamOpener): EventStream {
    const { lost = "ends", user } = options;
    const { jobs } = channels;
    let channel = jobs.get(jobId);
    if (channel === undefined) {
      channel = createJobChannel({ db, jobId, onError, onEmpty: () => jobs.delete(jobId) });
      jobs.set(jobId, channel);
    }
    const stream = channel.watch(cursor, lost === "stays", open);
    if (user !== undefined) viewers.viewers.enter(jobId, user, stream);
    return stream;
  }

  return {
    watchJob(jobId, cursor, watching = {}) {
      startListening();
      return watchJob({ jobId, cursor }, watching, openStream);
    },
    watchOverview() {
      startListening();
      return channels.overview.watch();
    },
    watchTogether({ jobs, windows }, user) {
      startListening();
      const multiplexed = openMultiplexedStream();
      channels.overview.watch(multiplexed.part(undefined));
      for (const one of jobs) {
        watchJob(one, { user, lost: "stays" }, multiplexed.part({ jobId: one.jobId }));
      }
      for (const windowId of windows) {
        const stream = windowChannel(windowId).watch(multiplexed.part({ windowId }));
        if (user !== undefined) viewers.window_viewers.enter(windowId, user, stream);
      }
      return multiplexed.stream;
    },
    watchedWindows: () => [...channels.windows.keys()],
    async close() {
      clearInterval(heartbeatTimer);
      for (const each of Object.values(viewers)) each.close();
      await listener?.close();
    },
  };
}

type Channels = {
  jobs: Map<number, JobChannel>;
  windows: Map<number, WindowChannel>;
  overview: OverviewChannel;
};

function openWindowChannel(options: {
  db: Database;
  id: number;
  onError: (error: unknown) => void;
  windows: Channels["windows"];
}): WindowChannel {
  const { id, windows } = options;
  const channel = windows.get(id) ?? createWindowChannel({ ...options, onEmpty: () => windows.delete(id) });
  windows.set(id, channel);
  return channel;
}

function listenForChanges(options: {
  databaseUrl: string;
  channels: Channels;
  viewers: Record<"viewers" | "window_viewers", Viewers>;
  log: Log;
}): Listener {
  const { channels, viewers, log } = options;
  const { jobs, windows, overview } = channels;
  return listen({
    databaseUrl: options.databaseUrl,
    channels: ["job", "output", "lane", "errors", "window", "viewers", "window_viewers", "access", "train"],
    onNotification(channel, jobId, rest) {
      if (channel === "viewers" || channel === "window_viewers") return viewers[channel].receive(jobId, rest);
      if (channel === "access") return checkAccess(rest);
      if (channel === "window") {
        windows.get(jobId)?.changed();
        return overview.windowsChanged();
      }
      if (channel === "errors") return overview.errorsChanged();
      if (channel === "train") return overview.trainChanged();
      if (channel === "lane") return overview.changed("lane");
      const what = channel === "output" ? "output" : "job";
      jobs.get(jobId)?.changed(what);
      if (channel === "job") {
        for (const [otherId, other] of jobs) if (otherId !== jobId) other.othersChanged();
      }
      for (const window of windows.values()) window.jobChanged(jobId, what);
      overview.changed(what);
    },
    // Notifications were missed while the connection was lost: every channel reads again.
    onGap() {
      for (const channel of jobs.values()) channel.changed("job");
      for (const channel of windows.values()) channel.changed();
      overview.errorsChanged();
      overview.changed("lane");
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
