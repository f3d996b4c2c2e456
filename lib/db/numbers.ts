// Numbers that must not be given twice. A database that is restored to an earlier state (by a failover to a standby, or from a
// backup) would give the numbers of lost rows again. A holder executes each order once, by its number, and would ignore the
// next answer or signal of that number; and each job has a directory that is named by its number.
import type { Transaction } from "./connection.ts";

/** Advances the sequence, so that the next inserted row has a greater number. Cheap unless the database was restored. */
export async function advanceSequence(
  tx: Transaction,
  table: "interaction" | "job" | "signal",
  number: number,
): Promise<void> {
  // One number at a time: of two sessions that set the sequence at once, one could set it back.
  await tx.execute(
    `select count(nextval(pg_get_serial_sequence('spiderpig.${table}', 'id')))
     from generate_series(coalesce((select max(id) from spiderpig.${table}), 0) + 1, $1::integer)`,
    [number],
  );
}
