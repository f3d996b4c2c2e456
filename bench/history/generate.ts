// Generates a history: ended jobs over three years with their changes, questions, answers, phases and events. The same size
// always gives the same rows. PostgreSQL generates them itself (rows.ts): a million jobs cost it ten minutes of processor time.
// One connection writes them in the order of time, as a real history is: rows of two connections are interleaved, and the
// planner then chooses other plans.
import pg from "pg";
import { CREATE_PICK, ROWS } from "./rows.ts";

type IndexRow = { name: string; definition: string };

/** Those that no constraint needs: an index is created faster than it is filled row by row. */
const INDEXES = `
  select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition
  from pg_index i
  where i.indrelid = $1::regclass
    and not exists (select from pg_constraint c where c.conindid = i.indexrelid)`;

/** @param databaseUrl of a superuser: triggers are disabled. The database must be migrated and empty. */
export async function generateHistory(databaseUrl: string, jobs: number): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(CREATE_PICK);
    await client.query("set search_path to pg_temp, public");
    await client.query("set session_replication_role to replica");
    await client.query("set maintenance_work_mem to '512MB'");
    await client.query("set jit to off");
    for (const [index, { table, insert }] of ROWS.entries()) {
      await fill(client, `spiderpig.${table}`, insert, index === 0 ? [jobs] : []);
    }
    for (const table of ["job", "interaction", "signal"]) {
      await client.query(
        `select setval(pg_get_serial_sequence('spiderpig.${table}', 'id'), (select max(id) from spiderpig.${table}))`,
      );
    }
  } finally {
    await client.end();
  }
}

/** With its indexes and statistics, because later tables are derived from it. */
async function fill(client: pg.Client, table: string, insert: string, values: number[]): Promise<void> {
  const { rows: indexes } = await client.query<IndexRow>(INDEXES, [table]);
  for (const { name } of indexes) await client.query(`drop index ${name}`);
  await client.query(insert, values);
  for (const { definition } of indexes) await client.query(definition);
  await client.query(`vacuum (analyze) ${table}`);
}
