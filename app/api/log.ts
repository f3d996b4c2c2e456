import { readJob } from "#lib/actions/read-job.ts";
import { requireOutput } from "#lib/actions/require-output.ts";
import { showSensitiveLines } from "#lib/actions/show-sensitive-lines.ts";
import { plainLog, transcript } from "#lib/web/downloads.ts";
import { loadLog, loadLogMatches } from "#lib/web/loaders.ts";
import type { Handlers } from "#lib/web/router.ts";
import { services } from "#lib/web/services.ts";

export const logHandlers = {
  readLog: ({ user, params, query }) => loadLog(user, params.id, query),
  searchLog: ({ user, params, query }) => loadLogMatches(user, params.id, query.q, query.fromLine),
  downloadLog: async ({ params }) => plainLog(services().db, await readJobWithOutput(params.id)),
  downloadTranscript: async ({ params }) => transcript(services().db, await readJobWithOutput(params.id)),
  readSensitiveLines: async ({ user, origin, params }) => ({
    lines: await showSensitiveLines({ ...services(), origin }, user, params.id),
  }),
} satisfies Partial<Handlers>;

/** @throws AppError job_not_found, output_removed. */
async function readJobWithOutput(id: number) {
  const job = await readJob(services().db, id);
  requireOutput(job.outputRemovedAt);
  return job;
}
