// What the parts hold in memory, with nothing to do and in a flood of output with people watching.
import { setTimeout as sleep } from "node:timers/promises";
import { watchTogether } from "../measure/crowd.ts";
import { residentMb } from "../measure/processes.ts";
import { type Row, valueRow } from "../measure/result.ts";
import { until } from "../measure/until.ts";
import { findHolder } from "../../holder/client/find-holder.ts";
import { answerPending, storedJob } from "../world/jobs.ts";
import { untilSpareReady } from "../world/spare.ts";
import type { Figure } from "./figure.ts";

const WATCHERS = 20;
const LOOK_EVERY_MS = 50;
const IDLE_MS = 3_000;
/** Asks at the end, so that the holder is still there when everybody has come to rest. */
const COMMAND = ["/bin/sh", "-c", "echo begun; read go; seq 1000000; read end"];

export const memory: Figure = {
  number: 11,
  name: "memory",
  async run(world) {
    const worker = await world.startWorker(COMMAND);
    await untilSpareReady(worker.pid);
    const { job } = await world.client.createJob();
    const holder = await until("the holder", async () => {
      const found = await findHolder(world.dataDir, job.id);
      return found.state === "alive" && found;
    });
    const pids = { web: world.web.pid, worker: worker.pid, holder: holder.pid };
    await sleep(IDLE_MS);
    const idle = mapOf(pids, residentMb);

    const crowd = await watchTogether(world, job.id, WATCHERS);
    await answerPending(world, job.id, "go");
    const peak = { ...idle };
    await until(
      "the flood's end",
      async () => {
        for (const name of PARTS) peak[name] = Math.max(peak[name], residentMb(pids[name]));
        return (await storedJob(world.db, job.id)).lineCount >= 1_000_000;
      },
      { boundMs: 120_000, everyMs: LOOK_EVERY_MS },
    );
    crowd.leave();
    return PARTS.flatMap((part): Row[] => [
      valueRow({ figure: 11, name: `memory of ${part}, idle`, unit: "MB" }, [idle[part]]),
      valueRow(
        { figure: 11, name: `memory of ${part}, a million lines and ${WATCHERS} watchers`, unit: "MB" },
        [peak[part]],
      ),
    ]);
  },
};

const PARTS = ["web", "worker", "holder"] as const;
type Pids = Record<(typeof PARTS)[number], number>;

function mapOf(pids: Pids, look: (pid: number) => number): Pids {
  return { web: look(pids.web), worker: look(pids.worker), holder: look(pids.holder) };
}
