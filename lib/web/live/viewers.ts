// Sends the names of the people who view a job, or a window, to all streams of it. Web processes announce the ids of their viewers by
// NOTIFY (presence.ts); names are read from the accounts.
import { randomUUID } from "node:crypto";
import type { Database } from "../../db/connection.ts";
import { notifyViewers } from "../../db/notify.ts";
import { listUserNames } from "../../db/user-names.ts";
import type { JobEventName } from "../../contract/events.ts";
import type { User } from "../../domain/permission.ts";
import type { EventStream } from "./stream.ts";
import { type Announcement, createPresence } from "./presence.ts";

const VIEWERS_EVENT: JobEventName = "viewers";
/** A notification has at most 8000 bytes, and an id about 36. */
const ANNOUNCED_MAX = 150;

export type Viewers = {
  /** A stream of the job was opened. It gets the names, until it is closed. */
  enter(jobId: number, user: User, stream: Pick<EventStream, "send" | "whenClosed">): void;
  /** A notification of a web process. @param rest its payload after the number of the job. */
  receive(jobId: number, rest: string): void;
  close(): void;
};

/** @param channel of jobs, or of windows; the numbers below are theirs. */
export function createViewers(
  db: Database,
  channel: "viewers" | "window_viewers",
  onError: (error: unknown) => void,
): Viewers {
  const names = new Map<string, string>();
  const streams = createStreams();
  const presence = createPresence({
    processId: randomUUID(),
    announce: (announcements) => void notifyViewers(db, channel, announcements.map(payloadOf)).catch(onError),
    onChange: (jobId) => void update(jobId).catch(onError),
  });

  async function update(jobId: number): Promise<void> {
    const unknown = presence.viewers(jobId).filter((id) => !names.has(id));
    if (unknown.length > 0) {
      for (const { id, name } of await listUserNames(db, unknown)) names.set(id, name);
    }
    // Read again, because they may have changed meanwhile.
    const known = presence.viewers(jobId).flatMap((id) => names.get(id) ?? []);
    streams.send(jobId, JSON.stringify({ names: known.toSorted() }));
  }

  return {
    enter(jobId, user, stream) {
      names.set(user.id, user.name);
      streams.add(jobId, stream);
      stream.whenClosed(presence.enter(jobId, user.id));
    },
    receive(jobId, rest) {
      const [processId, ...userIds] = rest.split(" ");
      if (processId !== undefined && processId !== "") presence.receive({ jobId, processId, userIds });
    },
    close: () => presence.close(),
  };
}

/** The streams of each job, and what they were sent last. */
function createStreams() {
  const jobs = new Map<number, { streams: Set<Pick<EventStream, "send">>; sent: string | undefined }>();
  return {
    add(jobId: number, stream: Pick<EventStream, "send" | "whenClosed">): void {
      const job = jobs.get(jobId) ?? { streams: new Set(), sent: undefined };
      jobs.set(jobId, job);
      job.streams.add(stream);
      if (job.sent !== undefined) stream.send(VIEWERS_EVENT, job.sent);
      stream.whenClosed(() => {
        job.streams.delete(stream);
        if (job.streams.size === 0) jobs.delete(jobId);
      });
    },
    send(jobId: number, data: string): void {
      const job = jobs.get(jobId);
      if (job === undefined || job.sent === data) return;
      job.sent = data;
      for (const stream of job.streams) stream.send(VIEWERS_EVENT, data);
    },
  };
}

function payloadOf({ jobId, processId, userIds }: Announcement): string {
  return [jobId, processId, ...userIds.slice(0, ANNOUNCED_MAX)].join(" ");
}
