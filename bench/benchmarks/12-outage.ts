// Stops the database during a deployment that keeps printing, and measures how long catching up takes after its return.
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { inProject } from "../../scripts/root.ts";
import { valueRow } from "../measure/result.ts";
import { until } from "../until.ts";
import { answerPending, storedJob } from "../installation/jobs.ts";
import type { Benchmark } from "./benchmark.ts";

const LINES = 100_000;
/** Share of the outage in which the program prints; the rest covers its start and end. */
const PRINTING_SHARE = 0.7;

export const outage: Benchmark = {
  number: 12,
  name: "database outage",
  async run(installation, { outageSeconds }) {
    const report = installation.newReport();
    const program = inProject("bench/programs/paced-lines.ts");
    const perSecond = LINES / (outageSeconds * PRINTING_SHARE);
    const args = [program, report, String(perSecond), String(LINES)];
    await installation.startWorker(["/bin/sh", "-c", 'read go; exec "$@"', "sh", process.execPath, ...args]);
    const { job } = await installation.client.createJob();
    await answerPending(installation, job.id, "go");
    await installation.stopDatabase();
    try {
      await sleep(outageSeconds * 1000);
      await until("everything to be printed", () => existsSync(report));
    } finally {
      await installation.startDatabase();
    }
    const backAt = performance.now();
    const web = until("the pages", async () => {
      return (
        (await installation.client.send("GET", `/api/jobs/${job.id}`)).status === 200 && performance.now()
      );
    });
    const worker = until("all lines", async () => {
      return (await storedJob(installation.db, job.id)).lineCount >= LINES && performance.now();
    });
    const named = { benchmark: 12, unit: "s" };
    return [
      valueRow({ ...named, name: `${LINES} lines stored after the database is back` }, [
        ((await worker) - backAt) / 1000,
      ]),
      valueRow({ ...named, name: "requests answered after the database is back" }, [
        ((await web) - backAt) / 1000,
      ]),
    ];
  },
};
