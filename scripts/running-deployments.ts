/** Counts the deployments that run on this host: job directories whose holder is alive. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { isStillRunning } from "./processes.mjs";

/** What a holder notes down of itself; `ended` is null while its command runs. */
const holderSchema = z.object({
  pid: z.number().int().positive(),
  bootId: z.string(),
  startTicks: z.number(),
  ended: z.unknown(),
});

/** @param jobsDirectory holds a directory for each job, with a holder.json while it has a holder */
export function runningDeployments(jobsDirectory: string): number {
  if (!existsSync(jobsDirectory)) return 0;
  return readdirSync(jobsDirectory).filter((job) => {
    try {
      const holder = holderSchema.parse(
        JSON.parse(readFileSync(join(jobsDirectory, job, "holder.json"), "utf8")),
      );
      const isAlive = isStillRunning({ pid: holder.pid, identity: `${holder.bootId}/${holder.startTicks}` });
      return isAlive && holder.ended === null;
    } catch {
      return false; // it never had one, or has been tidied away
    }
  }).length;
}
