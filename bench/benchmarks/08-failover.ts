// Kills the worker of a running deployment and measures how long another worker takes to continue it: until output
// printed after the kill is in the database.
import { query } from "#lib/db/connection.ts";
import { inProject } from "../../scripts/root.ts";
import { now } from "../clock.ts";
import { valueRow } from "../measure/result.ts";
import { until } from "../until.ts";
import type { Installation } from "../installation/installation.ts";
import type { Benchmark } from "./benchmark.ts";

const RUNS = 8;
const TARGET_MS = 5_000;

export const failover: Benchmark = {
  number: 8,
  name: "failover to another worker",
  async run(installation) {
    const command = [process.execPath, inProject("bench/programs/tick.ts")];
    let current = await installation.startWorker(command);
    const { job } = await installation.client.createJob();
    await until("output", () => hasOutputAfter(installation, job.id, new Date(0)));
    const samples: number[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      const next = await installation.startWorker(command);
      // Anywhere between two heartbeats.
      await new Promise((resolve) => setTimeout(resolve, 500 + Math.random() * 1000));
      const killedAt = now();
      const killedDate = new Date();
      current.kill();
      await until("the other worker", () => hasOutputAfter(installation, job.id, killedDate), { everyMs: 5 });
      samples.push(now() - killedAt);
      current = next;
    }
    const name = "worker killed → its job continued by another worker";
    return [valueRow({ benchmark: 8, name, unit: "ms" }, samples, TARGET_MS)];
  },
};

/** Whether output printed after this time is stored. */
async function hasOutputAfter(installation: Installation, jobId: number, moment: Date): Promise<boolean> {
  const rows = await query(
    installation.db,
    "select 1 from spiderpig.output_chunk where job_id = $1 and at > $2 limit 1",
    [jobId, new Date(moment.getTime() + 100)],
  );
  return rows.length > 0;
}
