// Reads jobs from the database and waits for them.
import { type Database, query } from "#lib/db/connection.ts";
import { until } from "../until.ts";
import type { Installation } from "./installation.ts";

export type StoredJob = {
  state: string;
  exitCode: number | null;
  lineCount: number;
  finishedAt: Date | null;
  startedAt: Date | null;
};

export async function storedJob(db: Database, jobId: number): Promise<StoredJob> {
  const [row] = await query<StoredJob>(
    db,
    `select state, exit_code as "exitCode", line_count as "lineCount", finished_at as "finishedAt", started_at as "startedAt"
     from spiderpig.job where id = $1`,
    [jobId],
  );
  if (row === undefined) throw new Error(`job ${jobId} does not exist`);
  return row;
}

/** @throws when the job failed: the measurement of a failed program is meaningless. */
export async function untilEnded(
  installation: Installation,
  jobId: number,
  timeoutMs = 120_000,
): Promise<void> {
  const ended = await until(
    `the end of job ${jobId}`,
    async () => {
      const job = await storedJob(installation.db, jobId);
      return job.finishedAt !== null && job;
    },
    { timeoutMs },
  );
  if (ended.exitCode !== 0) throw new Error(`job ${jobId} ended as ${ended.state} with ${ended.exitCode}`);
}

/** When the holder journalled the first output of the job, in milliseconds since 1970. */
export async function firstOutputAt(installation: Installation, jobId: number): Promise<number> {
  const [row] = await query<{ at: Date }>(
    installation.db,
    "select at from spiderpig.output_chunk where job_id = $1 order by seq limit 1",
    [jobId],
  );
  if (row === undefined) throw new Error(`job ${jobId} printed nothing`);
  return row.at.getTime();
}

/** Waits for the next question of the job and answers it. */
export async function answerPending(installation: Installation, jobId: number, value: string): Promise<void> {
  const id = await until("the question", async () => {
    const [row] = await query<{ id: number }>(
      installation.db,
      "select id from spiderpig.interaction where job_id = $1 and state = 'pending'",
      [jobId],
    );
    return row?.id;
  });
  await installation.client.answer(jobId, id, value);
}
