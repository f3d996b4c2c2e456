// Generates a history: ended jobs over three years with their changes, questions, answers, phases and events. The same size
// always gives the same rows. PostgreSQL generates them itself (rows.ts), on as many connections as there are processors: a
// million jobs cost about ten minutes of processor time.
import { availableParallelism } from "node:os";
import pg from "pg";
import { CREATE_PICK, ROWS } from "./rows.ts";

type IndexRow = { name: string; definition: string };

/** Those that no constraint needs: an index is created faster than it is filled row by row. */
const INDEXES = `
  select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition
  from pg_index i
  where i.indrelid = $1::regclass
    and not exists (select from pg_constraint c where c.conindid = i.indexrelid)`;

const SETTINGS = [
  CREATE_PICK,
  "set search_path to pg_temp, public",
  "set session_replication_role to replica",
  "set maintenance_work_mem to '512MB'",
  "set jit to off",
];

/** @param databaseUrl of a superuser: triggers are disabled. The database must be migrated and empty. */
export async function generateHistory(databaseUrl: string, jobs: number): Promise<void> {
  const clients = Array.from(
    { length: availableParallelism() },
    () => new pg.Client({ connectionString: databaseUrl }),
  );
  const [first] = clients;
  if (first === undefined) return;
  try {
    for (const client of clients) {
      await client.connect();
      for (const setting of SETTINGS) await client.query(setting);
    }
    for (const { table, insert, isWhole } of ROWS) {
      const parts = partsOf(insert, jobs, isWhole === true ? 1 : clients.length);
      await fill(first, `spiderpig.${table}`, () =>
        Promise.all(parts.map(async (statement, index) => clients[index]?.query(statement))),
      );
    }
    for (const table of ["job", "interaction", "signal"]) {
      await first.query(
        `select setval(pg_get_serial_sequence('spiderpig.${table}', 'id'), (select max(id) from spiderpig.${table}))`,
      );
    }
  } finally {
    for (const client of clients) await client.end();
  }
}

function partsOf(insert: string, jobs: number, count: number): string[] {
  const bound = (part: number) => Math.round((part * jobs) / count);
  return Array.from({ length: count }, (_, part) =>
    insert
      .replaceAll("{first}", String(bound(part) + 1))
      .replaceAll("{last}", String(bound(part + 1)))
      .replaceAll("{jobs}", String(jobs)),
  );
}

/** With its indexes and statistics, because later tables are derived from it. */
async function fill(client: pg.Client, table: string, insert: () => Promise<unknown>): Promise<void> {
  const { rows: indexes } = await client.query<IndexRow>(INDEXES, [table]);
  for (const { name } of indexes) await client.query(`drop index ${name}`);
  await insert();
  for (const { definition } of indexes) await client.query(definition);
  await client.query(`vacuum (analyze) ${table}`);
}
