// How long a deployer waits for the first line: from the request to the first byte that the holder journals. The
// program prints at once, so that the time is ours and not scap's.
import { latencyRow } from "../measure/result.ts";
import { untilSpareReady } from "../world/spare.ts";
import { firstOutputAt, untilEnded } from "../world/jobs.ts";
import type { Figure } from "./figure.ts";

const WARM_UP = 5;

export const start: Figure = {
  number: 1,
  name: "start of a job",
  async run(world, settings) {
    const worker = await world.startWorker(["/bin/sh", "-c", "echo first output"]);
    const started: number[] = [];
    const accepted: number[] = [];
    for (let round = 0; round < settings.rounds + WARM_UP; round += 1) {
      // Deployments begin minutes apart: the worker has had the time to make the next holder ready.
      await untilSpareReady(worker.pid);
      const sentAt = Date.now();
      const { job, answered } = await world.client.createJob();
      await untilEnded(world, job.id);
      if (round < WARM_UP) continue;
      started.push((await firstOutputAt(world, job.id)) - sentAt);
      accepted.push(answered.gotAt - answered.sentAt);
    }
    const name = "request → first output journalled, of a program that prints at once";
    return [
      latencyRow({ figure: 1, name }, started, { p50: 50 }),
      latencyRow({ figure: 1, name: "request → job queued and answered 201" }, accepted),
    ];
  },
};
