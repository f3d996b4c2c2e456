// How long a deployer waits for the first line: from the request to the first byte that the holder journals. The
// program prints immediately, so the time is SpiderPig's and not scap's.
import { measureFloor, ratioRow } from "../measure/floor.ts";
import { latencyRow } from "../measure/result.ts";
import { untilSpareReady } from "../installation/spare.ts";
import { firstOutputAt, untilEnded } from "../installation/jobs.ts";
import type { Benchmark } from "./benchmark.ts";

const WARM_UP = 5;

export const start: Benchmark = {
  number: 1,
  name: "start of a job",
  async run(installation, settings) {
    const worker = await installation.startWorker(["/bin/sh", "-c", "echo first output"]);
    const started: number[] = [];
    const accepted: number[] = [];
    for (let round = 0; round < settings.rounds + WARM_UP; round += 1) {
      // Deployments start minutes apart, so a worker normally has a spare holder ready.
      await untilSpareReady(worker.pid);
      const sentAt = Date.now();
      const { job, answered } = await installation.client.createJob();
      await untilEnded(installation, job.id);
      if (round < WARM_UP) continue;
      started.push((await firstOutputAt(installation, job.id)) - sentAt);
      accepted.push(answered.receivedAt - answered.sentAt);
    }
    const floorMs = await measureFloor(installation);
    const name = "request → first output in the journal";
    return [
      latencyRow({ benchmark: 1, name }, started, { p50: 50 }),
      ratioRow(
        { benchmark: 1, name: "the same, as a multiple of a commit and a notification" },
        started,
        floorMs,
        10,
      ),
      latencyRow({ benchmark: 1, name: "request → job queued, response 201" }, accepted),
    ];
  },
};
