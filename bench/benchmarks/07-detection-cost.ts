// The cost of prompt detection: while a job is silent, and while it prints as fast as it can.
import { setTimeout as sleep } from "node:timers/promises";
import { detectingReader, flood } from "../measure/holder-flood.ts";
import { cpuMs } from "../processes.ts";
import { median } from "../measure/quantiles.ts";
import { rateRow, type Row, valueRow } from "../measure/result.ts";
import { findHolder } from "../../holder/client/find-holder.ts";
import { storedJob } from "../installation/jobs.ts";
import { untilSpareReady } from "../installation/spare.ts";
import type { Installation } from "../installation/installation.ts";
import { until } from "../until.ts";
import type { Benchmark } from "./benchmark.ts";

const RUNS = 5;
const SLOWER_PERCENT_MAX = 20;
const CORE_PERCENT_MAX = 0.5;
const SETTLE_MS = 3_000;
/** 15 MB of short lines. */
const FLOOD = ["/bin/sh", "-c", "exec seq 2000000"];

export const detectionCost: Benchmark = {
  number: 7,
  name: "the cost of prompt detection",
  async run(installation, { silentSeconds }) {
    return [...(await silence(installation, silentSeconds)), ...(await floods(installation))];
  },
};

async function silence(installation: Installation, seconds: number): Promise<Row[]> {
  const worker = await installation.startWorker(["/bin/sh", "-c", "echo begun; sleep 1000"]);
  await untilSpareReady(worker.pid);
  const idle = await percentOfCore([worker.pid], seconds);
  const { job } = await installation.client.createJob();
  const holder = await until("the holder", async () => {
    const found = await findHolder(installation.dataDir, job.id);
    return found.state === "alive" && found.childPid !== null && found;
  });
  await until("its output", async () => (await storedJob(installation.db, job.id)).lineCount > 0);
  await sleep(SETTLE_MS);
  const holderOnly = percentOfCore([holder.pid], seconds);
  const both = await percentOfCore([holder.pid, worker.pid], seconds);
  const unit = "% of a core";
  return [
    valueRow(
      { benchmark: 7, name: "CPU of a silent job: its holder, and its worker minus an idle worker", unit },
      [both - idle],
      CORE_PERCENT_MAX,
    ),
    valueRow({ benchmark: 7, name: "of which the holder", unit }, [await holderOnly]),
    valueRow({ benchmark: 7, name: "a worker without a job", unit }, [idle]),
    valueRow({ benchmark: 7, name: "holder and worker together", unit }, [both]),
  ];
}

async function percentOfCore(pids: readonly number[], seconds: number): Promise<number> {
  const sum = (): number => pids.reduce((total, pid) => total + cpuMs(pid), 0);
  const before = sum();
  const begunAt = performance.now();
  await sleep(seconds * 1000);
  return ((sum() - before) / (performance.now() - begunAt)) * 100;
}

async function floods({ dataDir }: Installation): Promise<Row[]> {
  const alone: number[] = [];
  const detecting: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    alone.push((await flood(dataDir, FLOOD, undefined)) / 1e6);
    detecting.push((await flood(dataDir, FLOOD, detectingReader())) / 1e6);
  }
  const slower = (1 - median(detecting) / median(alone)) * 100;
  return [
    rateRow(
      { benchmark: 7, name: "flood through the holder to a reader that discards it", unit: "MB/s" },
      alone,
    ),
    rateRow({ benchmark: 7, name: "flood through the holder and prompt detection", unit: "MB/s" }, detecting),
    valueRow({ benchmark: 7, name: "slowdown by prompt detection", unit: "%" }, [slower], SLOWER_PERCENT_MAX),
  ];
}
