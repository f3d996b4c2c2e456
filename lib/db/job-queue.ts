// The queue of a lane: its order, and who is responsible for a job. Claims, requests and moves of a lane exclude each other by
// the lock of the lane (lib/db/lanes.ts).
import type { Transaction } from "./connection.ts";
import { integer, rows, statement } from "./statement.ts";

const QUEUE = statement(
  { id: integer, rank: integer },
  `select id, queue_rank as rank
   from spiderpig.job
   where lane = $1 and state = 'queued'
   order by id
   for update`,
);

/**
 * The queued jobs of a lane in their order, held ones included. Locked in the order of their numbers, like jobs that are
 * cancelled together: two transactions that lock the same jobs do not deadlock.
 */
export async function lockQueue(tx: Transaction, lane: string): Promise<number[]> {
  const found = await rows(tx, QUEUE, [lane]);
  return found.toSorted((a, b) => a.rank - b.rank).map(({ id }) => id);
}

/** Gives the ranks of these jobs to them again, in the order of the list. Jobs that keep their rank are not written. */
export async function orderQueue(tx: Transaction, order: readonly number[]): Promise<void> {
  await tx.execute(
    `update spiderpig.job j
     set queue_rank = r.rank
     from (
       select w.id, k.rank
       from unnest($1::integer[]) with ordinality as w (id, place)
       join (
         select queue_rank as rank, row_number() over (order by queue_rank) as place
         from spiderpig.job
         where id = any($1)
       ) k on k.place = w.place
     ) r
     where j.id = r.id and j.state = 'queued' and j.queue_rank <> r.rank`,
    [order],
  );
}

export async function setResponsible(tx: Transaction, jobId: number, responsible: string): Promise<void> {
  await tx.execute("update spiderpig.job set responsible = $2 where id = $1", [jobId, responsible]);
}
