// Fifty deployments at once, each in a lane of its own. The worker keeps one spare holder: forty-nine start cold.
import { query } from "#lib/db/connection.ts";
import { valueRow } from "../measure/result.ts";
import { until } from "../until.ts";
import { firstOutputAt } from "../installation/jobs.ts";
import { untilSpareReady } from "../installation/spare.ts";
import type { Installation } from "../installation/installation.ts";
import type { Benchmark } from "./benchmark.ts";

const JOBS = 50;

export const manyJobs: Benchmark = {
  number: 10,
  name: `${JOBS} jobs at once`,
  async run(installation) {
    const worker = await installation.startWorker(["/bin/sh", "-c", "echo begun; read answer"]);
    const warmUp = await installation.client.createJob("bench-warm-up");
    await until("the first question", async () => (await countPending(installation, [warmUp.job.id])) === 1);
    await untilSpareReady(worker.pid);
    const sentAt = Date.now();
    const created = await Promise.all(
      Array.from({ length: JOBS }, (_, index) => installation.client.createJob(`bench-${index + 1}`)),
    );
    const acceptedAt = Date.now();
    const ids = created.map(({ job }) => job.id);
    const askedAt = await until(
      "all questions",
      async () => (await countPending(installation, ids)) === JOBS && Date.now(),
      { timeoutMs: 120_000 },
    );
    const firstOutputs = await Promise.all(
      ids.map(async (id) => (await firstOutputAt(installation, id)) - sentAt),
    );
    const seconds = { unit: "s", benchmark: 10 };
    return [
      valueRow({ ...seconds, name: `${JOBS} jobs queued in ${JOBS} lanes` }, [(acceptedAt - sentAt) / 1000]),
      valueRow({ ...seconds, name: "all of them started (first output in the journal)" }, [
        Math.max(...firstOutputs) / 1000,
      ]),
      valueRow({ ...seconds, name: "all of them asking a question" }, [(askedAt - sentAt) / 1000]),
    ];
  },
};

async function countPending(installation: Installation, jobIds: readonly number[]): Promise<number> {
  const rows = await query(
    installation.db,
    "select 1 from spiderpig.interaction where job_id = any($1) and state = 'pending'",
    [jobIds],
  );
  return rows.length;
}
