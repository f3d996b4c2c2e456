// The database becomes unreachable during a transaction, with or without closing the connection. The error must fail only
// the transaction: an `error` event without a listener would end the process.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { connect, createServer, type Socket } from "node:net";
import { after, test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { closeDatabase, isUnreachable, openDatabase, query, transaction } from "#lib/db/connection.ts";
import { openTestDatabase } from "../../support/database.ts";
import { until } from "../../support/until.ts";

const { db, url: serverUrl } = await openTestDatabase(after, { migrated: false });

test("a connection that breaks between two statements of a transaction fails only that transaction", async () => {
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

test("a process that is suspended in a transaction does not lock its rows for long", async (t) => {
  await query(db, "create table if not exists held (id integer primary key)");
  await query(db, "insert into held values (1) on conflict do nothing");
  const program = fileURLToPath(new URL("holds-a-row.ts", import.meta.url));
  const child = spawn(process.execPath, [program, serverUrl], { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => child.kill("SIGKILL"));
  const said: string[] = [];
  child.stdout.on("data", (data: Buffer) => said.push(data.toString()));
  await until("the row to be locked", () => said.join("").includes("held"));
  child.kill("SIGSTOP");

  const locked = await query(db, "select from held where id = 1 for update");

  assert.equal(locked.length, 1);
  child.kill("SIGCONT");
  await until("the error", () => said.join("").includes("database_unreachable"));
});

test("a transaction that the server ends because of a deadlock can be retried", async () => {
  await query(db, "create table if not exists pair (id integer primary key)");
  await query(db, "insert into pair values (1), (2) on conflict do nothing");
  const lock = "select from pair where id = $1 for update";
  const { promise: bothHold, resolve: tellBoth } = Promise.withResolvers<void>();
  let holding = 0;
  const cross = (first: number, second: number) =>
    transaction(db, async (tx) => {
      await tx.execute(lock, [first]);
      holding += 1;
      if (holding === 2) tellBoth();
      await bothHold;
      await tx.execute(lock, [second]);
    });

  const results = await Promise.allSettled([cross(1, 2), cross(2, 1)]);

  const refused = results.filter((result) => result.status === "rejected");
  assert.equal(refused.length, 1);
  assert.ok(isUnreachable(refused[0]?.reason), String(refused[0]?.reason));
});

test("a connection keeps no listeners of its transactions", async () => {
  for (let round = 0; round < 20; round += 1) await transaction(db, async (tx) => tx.execute("select 1"));

  const client = await db.pool.connect();
  const count = client.listenerCount("error");
  client.release();
  assert.ok(count <= 2, `${count} listeners are left`);
});

test("a connection that silently drops all data is closed, and the next one is used", async (t) => {
  const line = await layLine(t);
  const cutOff = openDatabase(line.url, "cut off", { dataTimeoutMs: 1000 });
  t.after(() => closeDatabase(cutOff));
  /** On a busy machine a new connection may itself take that long to respond. */
  const answerOf = (statement: string) =>
    until("an answer", () =>
      query(cutOff, statement).catch((error: unknown) => {
        if (!isUnreachable(error)) throw error;
      }),
    );
  await answerOf("select 1");
  line.swallow();

  const alone = query(cutOff, "select 2");

  await assert.rejects(alone, (error) => isUnreachable(error));
  const together = transaction(cutOff, async (tx) => {
    await tx.execute("select 3");
    line.swallow();
    await tx.execute("select 4");
  });
  await assert.rejects(together, (error) => isUnreachable(error));
  assert.deepEqual(await answerOf("select 5 as five"), [{ five: 5 }]);
});

test("a slow connection that makes progress is not closed", async (t) => {
  const line = await layLine(t);
  // Sent in many pieces that together take longer than the idle timeout; a busy machine delays each of them.
  const slow = openDatabase(line.url, "slow", { dataTimeoutMs: 5000 });
  t.after(() => closeDatabase(slow));
  const lengths = Array.from({ length: 30 }, (_, index) => index);

  const answers = await transaction(slow, async (tx) => {
    const sent = lengths.map((length) =>
      tx.execute<{ length: number }>("select length($1) as length, pg_sleep(0.2)", ["x".repeat(length)]),
    );
    return (await Promise.all(sent)).flat().map(({ length }) => length);
  });

  assert.deepEqual(answers, lengths);
});

/** A proxy to the database. A connection whose data was dropped once stays silent; new connections work. */
async function layLine(t: TestContext): Promise<{ url: string; swallow(): void }> {
  const { hostname, port } = new URL(serverUrl);
  const pairs = new Set<[Socket, Socket]>();
  const proxy = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const socket of [near, far]) socket.on("error", () => undefined);
    near.on("close", () => far.destroy());
    near.pipe(far);
    far.pipe(near);
    pairs.add([near, far]);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const address = proxy.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  t.after(() => {
    for (const [near, far] of pairs) for (const socket of [near, far]) socket.destroy();
    proxy.close();
  });
  const url = new URL(serverUrl);
  url.port = String(address.port);
  return {
    url: url.href,
    swallow() {
      for (const [near, far] of pairs) {
        near.unpipe(far).resume();
        far.unpipe(near).resume();
      }
    },
  };
}

/** Resolves when the session has ended. The server sends its last message before the session disappears. */
async function breakConnection(pid: number): Promise<void> {
  await query(db, "select pg_terminate_backend($1)", [pid]);
  await until("the end of the session", async () => {
    const rows = await query(db, "select 1 from pg_stat_activity where pid = $1", [pid]);
    return rows.length === 0;
  });
}
