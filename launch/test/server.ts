/**
 * The PostgreSQL servers that tests run on: forgetful (no fsync) and disposable.
 *
 * `npm test` starts one of its own for each run, so that two runs in one checkout do not meet. A test file that is
 * run alone uses a shared one, which stays up for the next file and is adopted then.
 */
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { LockHeld, takeLock } from "../lock.mjs";
import { startPostgres, stopPostgres } from "../postgres.ts";
import { identityOf } from "../processes.mjs";

const SERVERS = join(import.meta.dirname, "../../.cache/test/postgres");
const SHARED_WAIT_MS = 60_000;

/** A fresh server for this process alone. Its directory goes with it. */
export async function ownTestServer(): Promise<{ url: string; stop(): Promise<void> }> {
  await sweep();
  const directory = join(SERVERS, `run-${process.pid}`);
  rmSync(directory, { recursive: true, force: true });
  const server = await startPostgres({ directory, durable: false });
  return {
    url: server.url,
    async stop() {
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Address of the server that test files share when they are run without `npm test`. */
export async function sharedTestServer(): Promise<string> {
  mkdirSync(SERVERS, { recursive: true });
  const end = performance.now() + SHARED_WAIT_MS;
  for (;;) {
    try {
      const lock = takeLock(join(SERVERS, "shared.lock"));
      try {
        return (await startPostgres({ directory: join(SERVERS, "shared"), durable: false })).url;
      } finally {
        lock.release();
      }
    } catch (cause) {
      if (!(cause instanceof LockHeld) || performance.now() > end) throw cause;
      await sleep(50);
    }
  }
}

/** Removes the servers of runs that were killed. */
async function sweep(): Promise<void> {
  mkdirSync(SERVERS, { recursive: true });
  for (const name of readdirSync(SERVERS)) {
    const pid = /^run-(\d+)$/.exec(name)?.[1];
    if (pid === undefined || identityOf(Number(pid)) !== undefined) continue;
    await stopPostgres(join(SERVERS, name));
    rmSync(join(SERVERS, name), { recursive: true, force: true });
  }
}
