// A standby of a running PostgreSQL that replicates synchronously. The copy is made by hand, because the packaged PostgreSQL has no
// pg_basebackup: https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP
import { spawnSync } from "node:child_process";
import { appendFileSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { type RunningPostgres, startPostgres } from "../../scripts/postgres.ts";
import { rowsOf } from "../support/bare-sql.ts";
import { until } from "../support/until.ts";

const STREAMING_TIMEOUT_MS = 60_000;

/** @param to what is there is removed. @returns when the standby streams, and each commit of the primary waits for it. */
export async function startStandby(
  primary: RunningPostgres,
  directories: { from: string; to: string },
  port?: number,
): Promise<RunningPostgres> {
  const { to } = directories;
  await copyCluster(primary.url, directories);
  writeFileSync(join(to, "data/standby.signal"), "");
  const { hostname, username, password } = new URL(primary.url);
  appendFileSync(
    join(to, "data/postgresql.auto.conf"),
    `\nprimary_conninfo = 'host=${hostname} port=${primary.port} user=${username} password=${password}'\n` +
      "wal_retrieve_retry_interval = 200ms\nsynchronous_standby_names = ''\n",
  );
  const standby = await startPostgres({ directory: to, port });
  await until("the standby to stream", () => isStreaming(primary.url), { timeoutMs: STREAMING_TIMEOUT_MS });
  await rowsOf(primary.url, "alter system set synchronous_standby_names = '*'");
  await rowsOf(primary.url, "select pg_reload_conf()");
  await until("synchronous replication", () => isSynchronous(primary.url));
  return standby;
}

export async function promote(standby: RunningPostgres): Promise<void> {
  await rowsOf(standby.url, "select pg_promote()");
}

async function copyCluster(primaryUrl: string, { from, to }: { from: string; to: string }): Promise<void> {
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true, mode: 0o700 });
  const session = new pg.Client({ connectionString: primaryUrl });
  await session.connect();
  try {
    await session.query("alter system set wal_keep_size = '1GB'");
    await session.query("select pg_reload_conf()");
    await session.query("select pg_backup_start('standby', true)");
    // Files vanish meanwhile, which is an error for cp; what the standby needs of them is in the log.
    spawnSync("cp", ["-a", join(from, "data"), to], { stdio: "ignore" });
    const { rows } = await session.query<{ labelfile: string }>(
      "select labelfile from pg_backup_stop(false)",
    );
    writeFileSync(join(to, "data/backup_label"), rows[0]?.labelfile ?? "");
  } finally {
    await session.end();
  }
  rmSync(join(to, "data/postmaster.pid"), { force: true });
  copyFileSync(join(from, "password"), join(to, "password"));
}

async function isStreaming(primaryUrl: string): Promise<boolean> {
  return (await rowsOf(primaryUrl, "select from pg_stat_replication where state = 'streaming'")).length > 0;
}

async function isSynchronous(primaryUrl: string): Promise<boolean> {
  return (await rowsOf(primaryUrl, "select from pg_stat_replication where sync_state = 'sync'")).length > 0;
}
