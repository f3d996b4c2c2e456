// A database that goes away in the middle of a transaction. The connection belongs to the transaction then, and what
// breaks it must end the transaction and nothing else: an event without a listener would end the whole process.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  closeDatabase,
  type Database,
  isUnreachable,
  openDatabase,
  query,
  transaction,
} from "#lib/db/connection.ts";
import { testDatabase, type TestDatabase } from "../support/database.ts";
import { until } from "../support/until.ts";

let server: TestDatabase;
let db: Database;

before(async () => {
  server = await testDatabase({ migrated: false });
  db = openDatabase(server.url, "test");
});

after(async () => {
  await closeDatabase(db);
  await server.close();
});

test("a connection that breaks between two statements of a transaction ends that transaction alone", async () => {
  const work = transaction(db, async (tx) => {
    const [row] = await tx.execute<{ pid: number }>("select pg_backend_pid() as pid");
    await breakConnection(row?.pid ?? 0);
    await tx.execute("select 1");
  });

  await assert.rejects(work, (error) => isUnreachable(error));
  assert.deepEqual(
    await query(db, "select 2 as two"),
    [{ two: 2 }],
    "the next statement gets a new connection",
  );
});

test("connections that were used for transactions keep no listeners of theirs", async () => {
  for (let round = 0; round < 20; round += 1) await transaction(db, async (tx) => tx.execute("select 1"));

  const client = await db.$client.connect();
  const count = client.listenerCount("error");
  client.release();
  assert.ok(count <= 2, `${count} listeners are left`);
});

/** Resolves when nothing is left of the session. Its last words are on their way to us before that can be seen. */
async function breakConnection(pid: number): Promise<void> {
  await query(db, "select pg_terminate_backend($1)", [pid]);
  await until("the end of the session", async () => {
    const rows = await query(db, "select 1 from pg_stat_activity where pid = $1", [pid]);
    return rows.length === 0;
  });
}
