// Two hundred people watch one deployment that prints steadily.
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { inProject } from "../../scripts/root.ts";
import { latenciesOf, watchTogether } from "../measure/crowd.ts";
import { cpuMs } from "../measure/processes.ts";
import { latencyRow, valueRow } from "../measure/result.ts";
import { untilEnded } from "../world/jobs.ts";
import type { Figure } from "./figure.ts";

const WATCHERS = 200;
const LINES_PER_SECOND = 500;
const SECONDS = 20;
/** While the watchers arrive and what is compiled at first use is compiled. */
const WARM_UP_SECONDS = 5;

export const watchers: Figure = {
  number: 9,
  name: "200 watchers of one job",
  async run(world) {
    const report = world.newReport();
    const program = inProject("bench/programs/paced-lines.ts");
    const lines = LINES_PER_SECOND * (WARM_UP_SECONDS + SECONDS);
    await world.startWorker([process.execPath, program, report, String(LINES_PER_SECOND), String(lines)]);
    const { job } = await world.client.createJob();
    const crowd = await watchTogether(world, job.id, WATCHERS);
    await sleep(WARM_UP_SECONDS * 1000);
    const cpuBefore = cpuMs(world.web.pid);
    const begunAt = performance.now();
    await untilEnded(world, job.id);
    const cores = (cpuMs(world.web.pid) - cpuBefore) / (performance.now() - begunAt);
    await crowd.ended;

    const printedAt = readFileSync(report, "utf8").split("\n").map(Number);
    const warmedUp = WARM_UP_SECONDS * LINES_PER_SECOND;
    const samples = crowd.arrivals.flatMap((arrivals) => latenciesOf(arrivals, printedAt).slice(warmedUp));
    const expected = WATCHERS * SECONDS * LINES_PER_SECOND;
    if (samples.length !== expected)
      throw new Error(`${expected} lines should have arrived, and ${samples.length} did`);
    const name = `a line reaches ${WATCHERS} SSE watchers, ${LINES_PER_SECOND} lines/s`;
    return [
      latencyRow({ figure: 9, name }, samples, { p99: 100 }),
      valueRow({ figure: 9, name: "CPU of web meanwhile", unit: "cores" }, [cores], 1),
    ];
  },
};
