// Memory of web, worker and holder: idle, and during a flood of output with watchers.
import { setTimeout as sleep } from "node:timers/promises";
import { watchTogether } from "../measure/crowd.ts";
import { residentMb } from "../processes.ts";
import { type Row, valueRow } from "../measure/result.ts";
import { until } from "../until.ts";
import { findHolder } from "../../holder/client/find-holder.ts";
import { answerPending, storedJob } from "../installation/jobs.ts";
import { untilSpareReady } from "../installation/spare.ts";
import type { Benchmark } from "./benchmark.ts";

const WATCHERS = 20;
const SAMPLE_EVERY_MS = 50;
const IDLE_MS = 3_000;
/** Waits for input at the end, so that the holder still runs after the flood. */
const COMMAND = ["/bin/sh", "-c", "echo begun; read go; seq 1000000; read end"];

export const memory: Benchmark = {
  number: 11,
  name: "memory",
  async run(installation) {
    const worker = await installation.startWorker(COMMAND);
    await untilSpareReady(worker.pid);
    const { job } = await installation.client.createJob();
    const holder = await until("the holder", async () => {
      const found = await findHolder(installation.dataDir, job.id);
      return found.state === "alive" && found;
    });
    const pids = { web: installation.web.pid, worker: worker.pid, holder: holder.pid };
    await sleep(IDLE_MS);
    const idle = mapOf(pids, residentMb);

    const crowd = await watchTogether(installation, job.id, WATCHERS);
    await answerPending(installation, job.id, "go");
    const peak = { ...idle };
    await until(
      "the flood's end",
      async () => {
        for (const name of PARTS) peak[name] = Math.max(peak[name], residentMb(pids[name]));
        return (await storedJob(installation.db, job.id)).lineCount >= 1_000_000;
      },
      { timeoutMs: 120_000, everyMs: SAMPLE_EVERY_MS },
    );
    crowd.leave();
    return PARTS.flatMap((part): Row[] => [
      valueRow({ benchmark: 11, name: `memory of ${part}, idle`, unit: "MB" }, [idle[part]]),
      valueRow(
        { benchmark: 11, name: `memory of ${part}, a million lines and ${WATCHERS} watchers`, unit: "MB" },
        [peak[part]],
      ),
    ]);
  },
};

const PARTS = ["web", "worker", "holder"] as const;
type Pids = Record<(typeof PARTS)[number], number>;

function mapOf(pids: Pids, read: (pid: number) => number): Pids {
  return { web: read(pids.web), worker: read(pids.worker), holder: read(pids.holder) };
}
