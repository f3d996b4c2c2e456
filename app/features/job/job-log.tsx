"use client";
// The log of a job, rendered when its first page has been loaded; the rest of the page does not wait for it.
import { use, useEffect, useState } from "react";
import type { Job } from "#lib/contract/job.ts";
import type { LogPage } from "#lib/contract/log.ts";
import { call } from "../../client/api.ts";
import { EmptyLog } from "../log/empty-log.tsx";
import { createLogStore, type LogStore } from "../log/log-store.ts";
import { LogView } from "../log/log-view.tsx";
import { RemovedLog } from "../log/removed-log.tsx";

type JobLogProps = {
  job: Job;
  /** Any page of the log, usually its end. Further pages are fetched when they are scrolled into view. */
  first: Promise<LogPage>;
  onLoad: (log: LogStore) => void;
};

export function JobLog({ job, first, onLoad }: JobLogProps) {
  const page = use(first);
  const [log] = useState(() => createLogStore(page, (from, limit) => fetchPage(job.id, from, limit)));
  useEffect(() => onLoad(log), [log, onLoad]);
  if (job.state === "queued") return <EmptyLog />;
  // Removed from the queue: there is no log.
  if (job.startedAt === null) return null;
  if (job.outputRemovedAt !== null) {
    return <RemovedLog removedAt={job.outputRemovedAt} totalLines={job.totalLines} />;
  }
  return <LogView job={job} log={log} />;
}

function fetchPage(jobId: number, fromLine: number, limit: number): Promise<LogPage> {
  return call("GET /api/jobs/{id}/log", { params: { id: jobId }, query: { fromLine, limit } });
}
