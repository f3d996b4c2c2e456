// The phases of a job: the intervals between scap's `Started …` and `Finished …`.
import type { PhaseChange } from "../domain/phase.ts";
import type { Database, Transaction } from "./connection.ts";
import { appendEvent } from "./events.ts";
import { integer, onlyRow, type RowOf, rows, statement, text } from "./statement.ts";

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

const OPEN_PHASE = { id: integer, name: text, depth: integer };

const OPEN_PHASES = statement(
  OPEN_PHASE,
  "select id, name, depth from spiderpig.phase where job_id = $1 and finished_at is null order by id",
);

export async function listOpenPhases(db: Database, jobId: number): Promise<RowOf<typeof OPEN_PHASE>[]> {
  return rows(db, OPEN_PHASES, [jobId]);
}

const COUNT_PHASES = statement(
  { count: integer },
  "select count(*)::integer as count from spiderpig.phase where job_id = $1",
);

export async function countPhases(db: Database, jobId: number): Promise<number> {
  const { count } = await onlyRow(db, COUNT_PHASES, [jobId]);
  return count;
}
