// What it costs to look for prompts: while a job is silent, and while it prints as fast as it can.
import { setTimeout as sleep } from "node:timers/promises";
import { detectingReader, flood } from "../measure/follow.ts";
import { cpuMs } from "../measure/processes.ts";
import { median } from "../measure/quantiles.ts";
import { rateRow, type Row, valueRow } from "../measure/result.ts";
import { findHolder } from "../../holder/client/find-holder.ts";
import { storedJob } from "../world/jobs.ts";
import { untilSpareReady } from "../world/spare.ts";
import type { World } from "../world/world.ts";
import { until } from "../measure/until.ts";
import type { Figure } from "./figure.ts";

const RUNS = 5;
const SLOWER_PERCENT_MAX = 20;
const CORE_PERCENT_MAX = 0.5;
const SETTLE_MS = 3_000;
/** 15 MB of short lines. */
const FLOOD = ["/bin/sh", "-c", "exec seq 2000000"];

export const detectionCost: Figure = {
  number: 7,
  name: "the price of looking for prompts",
  async run(world, { silentSeconds }) {
    return [...(await silence(world, silentSeconds)), ...(await full(world))];
  },
};

async function silence(world: World, seconds: number): Promise<Row[]> {
  const worker = await world.startWorker(["/bin/sh", "-c", "echo begun; sleep 1000"]);
  await untilSpareReady(worker.pid);
  const idle = await percentOfCore([worker.pid], seconds);
  const { job } = await world.client.createJob();
  const holder = await until("the holder", async () => {
    const found = await findHolder(world.dataDir, job.id);
    return found.state === "alive" && found.childPid !== null && found;
  });
  await until("its output", async () => (await storedJob(world.db, job.id)).lineCount > 0);
  await sleep(SETTLE_MS);
  const holderOnly = percentOfCore([holder.pid], seconds);
  const both = await percentOfCore([holder.pid, worker.pid], seconds);
  const unit = "% of a core";
  return [
    valueRow(
      { figure: 7, name: "CPU that a silent job costs: its holder, and its worker beyond an idle one", unit },
      [both - idle],
      CORE_PERCENT_MAX,
    ),
    valueRow({ figure: 7, name: "of that, the holder", unit }, [await holderOnly]),
    valueRow({ figure: 7, name: "a worker without a job", unit }, [idle]),
    valueRow({ figure: 7, name: "holder and worker together", unit }, [both]),
  ];
}

async function percentOfCore(pids: readonly number[], seconds: number): Promise<number> {
  const sum = (): number => pids.reduce((total, pid) => total + cpuMs(pid), 0);
  const before = sum();
  const begunAt = performance.now();
  await sleep(seconds * 1000);
  return ((sum() - before) / (performance.now() - begunAt)) * 100;
}

async function full({ dataDir }: World): Promise<Row[]> {
  const alone: number[] = [];
  const detecting: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    alone.push((await flood(dataDir, FLOOD, undefined)) / 1e6);
    detecting.push((await flood(dataDir, FLOOD, detectingReader())) / 1e6);
  }
  const slower = (1 - median(detecting) / median(alone)) * 100;
  return [
    rateRow(
      { figure: 7, name: "flood through the holder to a reader that looks at nothing", unit: "MB/s" },
      alone,
    ),
    rateRow(
      { figure: 7, name: "flood through the holder and the detection of prompts", unit: "MB/s" },
      detecting,
    ),
    valueRow({ figure: 7, name: "slower by detection", unit: "%" }, [slower], SLOWER_PERCENT_MAX),
  ];
}
