// Numbers that must not be given twice. A database that comes back as it was before (a standby took over, a backup was
// restored) gives the numbers of what it has forgotten once more; but a holder does each order once, by its number, and
// would take the next answer or signal of that number for one that it has dealt with; and each job has a directory of its number.
import type { Transaction } from "./connection.ts";

/** Sees to it that whatever is inserted next has a greater number. Costs a look at an index, but after such a return. */
export async function passNumber(
  tx: Transaction,
  table: "interaction" | "job" | "signal",
  number: number,
): Promise<void> {
  // By taking them one by one: of two that set the sequence at once, one could set it back.
  await tx.execute(
    `select count(nextval(pg_get_serial_sequence('spiderpig.${table}', 'id')))
     from generate_series(coalesce((select max(id) from spiderpig.${table}), 0) + 1, $1::integer)`,
    [number],
  );
}
