// A worker is killed in the middle of a deployment: how long until another one follows the deployment again, which is
// when output that was printed after the kill is in the database.
import { query } from "#lib/db/connection.ts";
import { inProject } from "../../scripts/root.ts";
import { now } from "../measure/clock.ts";
import { valueRow } from "../measure/result.ts";
import { until } from "../measure/until.ts";
import type { World } from "../world/world.ts";
import type { Figure } from "./figure.ts";

const RUNS = 8;
const BAR_MS = 5_000;

export const takeOver: Figure = {
  number: 8,
  name: "a worker dies",
  async run(world) {
    const command = [process.execPath, inProject("bench/programs/tick.ts")];
    let current = await world.startWorker(command);
    const { job } = await world.client.createJob();
    await until("output", () => hasOutputAfter(world, job.id, new Date(0)));
    const samples: number[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      const next = await world.startWorker(command);
      // Anywhere between two heartbeats.
      await new Promise((resolve) => setTimeout(resolve, 500 + Math.random() * 1000));
      const killedAt = now();
      const killedDate = new Date();
      current.kill();
      await until("the other worker", () => hasOutputAfter(world, job.id, killedDate), { everyMs: 5 });
      samples.push(now() - killedAt);
      current = next;
    }
    const name = "worker killed → its job followed by another worker";
    return [valueRow({ figure: 8, name, unit: "ms" }, samples, BAR_MS)];
  },
};

/** Output that was printed after the moment and stored by whoever follows the job. */
async function hasOutputAfter(world: World, jobId: number, moment: Date): Promise<boolean> {
  const rows = await query(
    world.db,
    "select 1 from spiderpig.output_chunk where job_id = $1 and at > $2 limit 1",
    [jobId, new Date(moment.getTime() + 100)],
  );
  return rows.length > 0;
}
