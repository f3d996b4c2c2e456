// The database goes away in the middle of a deployment that prints on: how long after its return everything is stored.
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { inProject } from "../../scripts/root.ts";
import { valueRow } from "../measure/result.ts";
import { until } from "../measure/until.ts";
import { answerPending, storedJob } from "../world/jobs.ts";
import type { Figure } from "./figure.ts";

const LINES = 100_000;
/** Of the outage; the rest is for the start and the end of the program. */
const PRINTING_SHARE = 0.7;

export const outage: Figure = {
  number: 12,
  name: "the database goes away",
  async run(world, { outageSeconds }) {
    const report = world.newReport();
    const program = inProject("bench/programs/paced-lines.ts");
    const perSecond = LINES / (outageSeconds * PRINTING_SHARE);
    const words = [program, report, String(perSecond), String(LINES)];
    await world.startWorker(["/bin/sh", "-c", 'read go; exec "$@"', "sh", process.execPath, ...words]);
    const { job } = await world.client.createJob();
    await answerPending(world, job.id, "go");
    await world.stopDatabase();
    try {
      await sleep(outageSeconds * 1000);
      await until("everything to be printed", () => existsSync(report));
    } finally {
      await world.startDatabase();
    }
    const backAt = performance.now();
    const web = until("the pages", async () => {
      return (await world.client.send("GET", `/api/jobs/${job.id}`)).status === 200 && performance.now();
    });
    const worker = until("all lines", async () => {
      return (await storedJob(world.db, job.id)).lineCount >= LINES && performance.now();
    });
    const named = { figure: 12, unit: "s" };
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
