// Waiting for jobs and reading what the database has of them.
import { type Database, query } from "#lib/db/connection.ts";
import { until } from "../measure/until.ts";
import type { World } from "./world.ts";

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

/** @throws when it did not end well: a figure of a program that failed says nothing. */
export async function untilEnded(world: World, jobId: number, boundMs = 120_000): Promise<void> {
  const ended = await until(
    `the end of job ${jobId}`,
    async () => {
      const job = await storedJob(world.db, jobId);
      return job.finishedAt !== null && job;
    },
    { boundMs },
  );
  if (ended.exitCode !== 0) throw new Error(`job ${jobId} ended as ${ended.state} with ${ended.exitCode}`);
}

/** When the holder journalled the job's first output, in milliseconds since 1970: the rows keep that time. */
export async function firstOutputAt(world: World, jobId: number): Promise<number> {
  const [row] = await query<{ at: Date }>(
    world.db,
    "select at from spiderpig.output_chunk where job_id = $1 order by seq limit 1",
    [jobId],
  );
  if (row === undefined) throw new Error(`job ${jobId} printed nothing`);
  return row.at.getTime();
}

/** Answers the question that the job is about to ask. */
export async function answerPending(world: World, jobId: number, value: string): Promise<void> {
  const id = await until("the question", async () => {
    const [row] = await query<{ id: number }>(
      world.db,
      "select id from spiderpig.interaction where job_id = $1 and state = 'pending'",
      [jobId],
    );
    return row?.id;
  });
  await world.client.answer(jobId, id, value);
}
