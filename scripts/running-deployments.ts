/** Deployments on this machine, by their holders: they do not depend on `npm start`. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { findHolder } from "../holder/client/find-holder.ts";

export async function countRunningDeployments(dataDir: string): Promise<number> {
  const directory = join(dataDir, "jobs");
  const jobs = existsSync(directory) ? readdirSync(directory) : [];
  const holders = await Promise.all(jobs.map((job) => findHolder(dataDir, job).catch(() => undefined)));
  return holders.filter((holder) => holder?.state === "alive").length;
}
