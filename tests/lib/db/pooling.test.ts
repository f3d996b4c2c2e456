// Connections through a pooler. PgBouncer itself is used where it is installed.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { closeDatabase, openDatabase, query } from "#lib/db/connection.ts";
import { refuseTransactionPooling } from "#lib/db/pooling.ts";
import { freePort } from "../../../scripts/ports.ts";
import { testDatabase } from "../../support/database.ts";
import { until } from "../../support/until.ts";

const PGBOUNCER = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"].find((path) => existsSync(path));
const withPgBouncer = PGBOUNCER === undefined ? { skip: "PgBouncer is not installed" } : {};

const database = await testDatabase();
const directory = mkdtempSync(join(tmpdir(), "pgbouncer-"));
chmodSync(directory, 0o755);
after(async () => {
  await database.close();
  rmSync(directory, { recursive: true, force: true });
});

/** @returns the URL of the test's database through a pool in this mode. */
async function pooled(mode: "session" | "transaction"): Promise<string> {
  const url = new URL(database.url);
  const name = url.pathname.slice(1);
  const host = url.searchParams.get("host") ?? url.hostname;
  const user = decodeURIComponent(url.username) || (url.searchParams.get("user") ?? "postgres");
  const port = await freePort("127.0.0.1");
  const settings = join(directory, `${mode}.ini`);
  const target = [`host=${host}`, `port=${url.port || "5432"}`, `dbname=${name}`, `user=${user}`];
  if (url.password !== "") target.push(`password=${decodeURIComponent(url.password)}`);
  writeFileSync(
    settings,
    `[databases]\n${name} = ${target.join(" ")}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${port}\n` +
      `unix_socket_dir =\nauth_type = any\npool_mode = ${mode}\n`,
  );
  const asNobody = process.getuid?.() === 0 ? ["-u", "nobody"] : [];
  const pooler = spawn(PGBOUNCER ?? "", [...asNobody, settings], { stdio: "ignore" });
  after(() => pooler.kill("SIGKILL"));
  const through = `postgresql://${user}@127.0.0.1:${port}/${name}`;
  await until("PgBouncer to accept connections", async () => {
    const db = openDatabase(through, "test");
    return query(db, "select 1").then(
      () => closeDatabase(db).then(() => true),
      () => false,
    );
  });
  return through;
}

test("a direct connection is accepted", async () => {
  await refuseTransactionPooling(database.url);
});

test("a pool in session mode is accepted, and its sessions have the timeouts", withPgBouncer, async () => {
  const url = await pooled("session");
  await refuseTransactionPooling(url);
  const db = openDatabase(url, "test");
  after(() => closeDatabase(db));
  const [row] = await query<{ statement_timeout: string }>(db, "show statement_timeout");
  assert.equal(row?.statement_timeout, "15s");
});

test("a pool in transaction mode is refused, with what to do", withPgBouncer, async () => {
  const url = await pooled("transaction");
  await assert.rejects(refuseTransactionPooling(url), /transaction mode.*use session mode/);
});
