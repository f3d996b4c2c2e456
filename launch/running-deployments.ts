/** Counts the deployments that run on this host: job directories whose holder is alive. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { identityOf } from "./processes.mjs";

const holderSchema = z.object({ pid: z.number().int().positive() });

/** @param jobsDirectory holds a directory for each job, with a holder.json while it has a holder */
export function runningDeployments(jobsDirectory: string): number {
  if (!existsSync(jobsDirectory)) return 0;
  return readdirSync(jobsDirectory).filter((job) => {
    try {
      const holder = holderSchema.parse(
        JSON.parse(readFileSync(join(jobsDirectory, job, "holder.json"), "utf8")),
      );
      return identityOf(holder.pid) !== undefined;
    } catch {
      return false; // it never had one, or has been tidied away
    }
  }).length;
}
