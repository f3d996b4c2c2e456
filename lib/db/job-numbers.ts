// Which jobs the database knows, for `npm run doctor`: after a restore it may be older than a deployment host.
import type { Database } from "./connection.ts";
import { integer, onlyRow, rows, statement } from "./statement.ts";

const KNOWN = statement({ id: integer }, "select id from spiderpig.job where id = any ($1::integer[])");

export async function findKnownJobs(db: Database, ids: readonly number[]): Promise<Set<number>> {
  const found = await rows(db, KNOWN, [ids]);
  return new Set(found.map(({ id }) => id));
}

const LAST_NUMBER = statement(
  { last: integer },
  "select (case when is_called then last_value else 0 end)::integer as last from spiderpig.job_id_seq",
);

/** The highest number that was given to a job; 0 before the first. */
export async function lastJobNumber(db: Database): Promise<number> {
  const { last } = await onlyRow(db, LAST_NUMBER);
  return last;
}
