// The clock of the database.
import type { Database, Transaction } from "./connection.ts";
import { onlyRow, statement, timestamptz } from "./statement.ts";

const TIME = statement({ now: timestamptz }, "select clock_timestamp() as now");

/** All times in rows are taken from this clock. The clock of this host may differ. */
export async function readTime(on: Database | Transaction): Promise<Date> {
  const { now } = await onlyRow(on, TIME);
  return now;
}
