// A list of jobs as a file, without a limit. It is streamed a page at a time, so that its length costs no memory, and a
// client that stops reading stops the queries. A job appears once, even if others are created meanwhile.
import type { JobFilter, JobSummary } from "../contract/job.ts";
import type { Database } from "../db/connection.ts";
import { listJobs } from "../db/jobs.ts";
import { csvLine } from "./csv.ts";

const JOBS_PER_READ = 100;
const encoder = new TextEncoder();

type Cell = string | number | null;

const COLUMNS: Record<string, (job: JobSummary) => Cell> = {
  id: ({ id }) => id,
  kind: ({ kind }) => kind,
  lane: ({ lane }) => lane,
  state: ({ state }) => state,
  outcome: ({ outcome }) => outcome,
  reached: ({ reached }) => reached,
  requestedBy: ({ requestedBy }) => requestedBy,
  changes: ({ changes }) => changes.map(({ number }) => number).join(" "),
  projects: ({ changes }) => [...new Set(changes.map(({ project }) => project))].join(" "),
  subjects: ({ changes }) => changes.map(({ subject }) => subject).join("\n"),
  createdAt: ({ createdAt }) => createdAt,
  startedAt: ({ startedAt }) => startedAt,
  finishedAt: ({ finishedAt }) => finishedAt,
  exitCode: ({ exitCode }) => exitCode,
  retryOf: ({ retryOf }) => retryOf,
  reverts: ({ reverts }) => reverts.map(({ id }) => id).join(" "),
  revertedBy: ({ revertedBy }) => revertedBy.map(({ id }) => id).join(" "),
  operation: ({ operation }) => operation.name,
};

type Format = {
  type: string;
  name: string;
  begin: string;
  job: (job: JobSummary, isFirst: boolean) => string;
  end: string;
};

const CSV: Format = {
  type: "text/csv; charset=utf-8; header=present",
  name: "jobs.csv",
  begin: csvLine(Object.keys(COLUMNS)),
  job: (job) => csvLine(Object.values(COLUMNS).map((cell) => cell(job))),
  end: "",
};

const JSON_DOCUMENT: Format = {
  type: "application/json",
  name: "jobs.json",
  begin: '{"jobs":[\n',
  job: (job, isFirst) => `${isFirst ? "" : ",\n"}${JSON.stringify(job)}`,
  end: "\n]}\n",
};

export function jobsAsCsv(db: Database, filter: JobFilter): Promise<Response> {
  return exportJobs(db, filter, CSV);
}

export function jobsAsJson(db: Database, filter: JobFilter): Promise<Response> {
  return exportJobs(db, filter, JSON_DOCUMENT);
}

async function exportJobs(db: Database, filter: JobFilter, format: Format): Promise<Response> {
  // Before the response begins, because afterwards an error can only end it in the middle.
  let page = await listJobs(db, filter, undefined, JOBS_PER_READ);
  let isFirst = true;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const begin = isFirst ? format.begin : "";
      const text = begin + page.jobs.map((job, index) => format.job(job, isFirst && index === 0)).join("");
      isFirst = false;
      const last = page.jobs.at(-1);
      if (!page.isMore || last === undefined) {
        controller.enqueue(encoder.encode(text + format.end));
        controller.close();
        return;
      }
      controller.enqueue(encoder.encode(text));
      page = await listJobs(db, filter, { olderThan: last.id }, JOBS_PER_READ);
    },
  });
  return new Response(body, {
    headers: {
      "content-type": format.type,
      "content-disposition": `attachment; filename="${format.name}"`,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    },
  });
}
