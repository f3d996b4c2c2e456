// Two hundred browsers watch one deployment that prints at a constant rate.
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { inProject } from "../../scripts/root.ts";
import { latenciesOf, watchTogether } from "../measure/crowd.ts";
import { cpuMs } from "../processes.ts";
import { latencyRow, valueRow } from "../measure/result.ts";
import { untilEnded } from "../installation/jobs.ts";
import type { Benchmark } from "./benchmark.ts";

const WATCHERS = 200;
const LINES_PER_SECOND = 500;
const SECONDS = 20;
/** Covers the arrival of the watchers and the compilation of code at its first use. */
const WARM_UP_SECONDS = 5;

export const watchers: Benchmark = {
  number: 9,
  name: "200 watchers of one job",
  async run(installation) {
    const report = installation.newReport();
    const program = inProject("bench/programs/paced-lines.ts");
    const lines = LINES_PER_SECOND * (WARM_UP_SECONDS + SECONDS);
    await installation.startWorker([
      process.execPath,
      program,
      report,
      String(LINES_PER_SECOND),
      String(lines),
    ]);
    const { job } = await installation.client.createJob();
    const crowd = await watchTogether(installation, job.id, WATCHERS);
    await sleep(WARM_UP_SECONDS * 1000);
    const cpuBefore = cpuMs(installation.web.pid);
    const begunAt = performance.now();
    await untilEnded(installation, job.id);
    const cores = (cpuMs(installation.web.pid) - cpuBefore) / (performance.now() - begunAt);
    await crowd.ended;

    const printedAt = readFileSync(report, "utf8").split("\n").map(Number);
    const warmedUp = WARM_UP_SECONDS * LINES_PER_SECOND;
    const samples = crowd.arrivals.flatMap((arrivals) => latenciesOf(arrivals, printedAt).slice(warmedUp));
    const expected = WATCHERS * SECONDS * LINES_PER_SECOND;
    if (samples.length !== expected) {
      throw new Error(`${expected} lines were expected, ${samples.length} arrived`);
    }
    const name = `a line reaches ${WATCHERS} SSE watchers, ${LINES_PER_SECOND} lines/s`;
    return [
      latencyRow({ benchmark: 9, name }, samples, { p99: 100 }),
      valueRow({ benchmark: 9, name: "CPU of the web process meanwhile", unit: "cores" }, [cores], 1),
    ];
  },
};
