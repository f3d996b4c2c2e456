// The phases of a job: the stretches between scap's `Started …` and `Finished …`.
import type { PhaseChange } from "../domain/phase.ts";
import { type Database, query, type Transaction } from "./connection.ts";
import { appendEvent } from "./events.ts";

export async function storePhase(tx: Transaction, jobId: number, change: PhaseChange): Promise<void> {
  if (change.change === "started") {
    await tx.execute(
      "insert into spiderpig.phase (job_id, id, name, depth, started_at) values ($1, $2, $3, $4, $5)",
      [jobId, change.id, change.name, change.depth, change.at],
    );
  } else {
    await tx.execute(
      `update spiderpig.phase set finished_at = greatest($3, started_at)
       where job_id = $1 and id = $2 and finished_at is null`,
      [jobId, change.id, change.at],
    );
  }
  await appendEvent(tx, jobId, {
    kind: change.change === "started" ? "phase_started" : "phase_finished",
    phaseId: change.id,
    at: change.at,
  });
}

export async function listOpenPhases(
  db: Database,
  jobId: number,
): Promise<{ id: number; name: string; depth: number }[]> {
  return query(
    db,
    "select id, name, depth from spiderpig.phase where job_id = $1 and finished_at is null order by id",
    [jobId],
  );
}

export async function countPhases(db: Database, jobId: number): Promise<number> {
  const [row] = await query<{ count: number }>(
    db,
    "select count(*)::integer as count from spiderpig.phase where job_id = $1",
    [jobId],
  );
  return row?.count ?? 0;
}
