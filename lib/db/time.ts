import { type Database, query } from "./connection.ts";

/** The time by which everything in the rows is dated. The clock of this host may be another. */
export async function readTime(db: Database): Promise<Date> {
  const [row] = await query<{ now: Date }>(db, "select clock_timestamp() as now");
  if (row === undefined) throw new Error("a select of expressions returned no row");
  return row.now;
}
