// Fifty deployments at once, each in a lane of its own. The worker keeps one holder ready: forty-nine are started cold.
import { query } from "#lib/db/connection.ts";
import { valueRow } from "../measure/result.ts";
import { until } from "../measure/until.ts";
import { firstOutputAt } from "../world/jobs.ts";
import { untilSpareReady } from "../world/spare.ts";
import type { World } from "../world/world.ts";
import type { Figure } from "./figure.ts";

const JOBS = 50;

export const manyJobs: Figure = {
  number: 10,
  name: `${JOBS} jobs at once`,
  async run(world) {
    const worker = await world.startWorker(["/bin/sh", "-c", "echo begun; read answer"]);
    const warmUp = await world.client.createJob("bench-warm-up");
    await until("the first question", async () => (await countPending(world, [warmUp.job.id])) === 1);
    await untilSpareReady(worker.pid);
    const sentAt = Date.now();
    const created = await Promise.all(
      Array.from({ length: JOBS }, (_, index) => world.client.createJob(`bench-${index + 1}`)),
    );
    const acceptedAt = Date.now();
    const ids = created.map(({ job }) => job.id);
    const askedAt = await until(
      "all questions",
      async () => (await countPending(world, ids)) === JOBS && Date.now(),
      { boundMs: 120_000 },
    );
    const firstOutputs = await Promise.all(ids.map(async (id) => (await firstOutputAt(world, id)) - sentAt));
    const seconds = { unit: "s", figure: 10 };
    return [
      valueRow({ ...seconds, name: `${JOBS} jobs queued in ${JOBS} lanes` }, [(acceptedAt - sentAt) / 1000]),
      valueRow({ ...seconds, name: "all of them started (first output journalled)" }, [
        Math.max(...firstOutputs) / 1000,
      ]),
      valueRow({ ...seconds, name: "all of them asked their question" }, [(askedAt - sentAt) / 1000]),
    ];
  },
};

async function countPending(world: World, jobIds: readonly number[]): Promise<number> {
  const rows = await query(
    world.db,
    "select 1 from spiderpig.interaction where job_id = any($1) and state = 'pending'",
    [jobIds],
  );
  return rows.length;
}
