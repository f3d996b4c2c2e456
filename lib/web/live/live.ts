// The live side of a web process: one connection that listens, one channel a watched job, one for the overview.
import type { Database } from "../../db/connection.ts";
import { type Listener, listen } from "../../db/listen.ts";
import type { Log } from "../../log.ts";
import { createJobChannel, type Cursor, type JobChannel } from "./job-channel.ts";
import { createOverviewChannel } from "./overview-channel.ts";
import type { EventStream } from "./stream.ts";

export type Live = {
  watchJob(jobId: number, cursor: Cursor): EventStream;
  watchOverview(): EventStream;
  close(): Promise<void>;
};

export function createLive(options: { db: Database; databaseUrl: string; log: Log }): Live {
  const { db, log } = options;
  const jobs = new Map<number, JobChannel>();
  const onFault = (error: unknown) => log.warn("live: could not read the database, trying again", { error });
  const overview = createOverviewChannel({ db, onFault });
  let listener: Listener | undefined;

  const startListening = () => {
    listener ??= listen({
      databaseUrl: options.databaseUrl,
      channels: ["job", "output", "lane"],
      onNotification(channel, jobId) {
        const what = channel === "output" ? "output" : "job";
        jobs.get(jobId)?.changed(what);
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

  return {
    watchJob(jobId, cursor) {
      startListening();
      let channel = jobs.get(jobId);
      if (channel === undefined) {
        channel = createJobChannel({ db, jobId, onFault, onEmpty: () => jobs.delete(jobId) });
        jobs.set(jobId, channel);
      }
      return channel.watch(cursor);
    },
    watchOverview() {
      startListening();
      return overview.watch();
    },
    async close() {
      await listener?.close();
    },
  };
}
