// The job that a request names.
import type { Job } from "../contract/job.ts";
import type { Database } from "../db/connection.ts";
import { findJob } from "../db/job-rows.ts";
import { AppError } from "../errors.ts";

/** @throws AppError job_not_found. */
export async function readJob(db: Database, id: number): Promise<Job> {
  const found = await findJob(db, id);
  if (found === undefined) throw new AppError("job_not_found");
  return found.job;
}
