/**
 * The PostgreSQL servers that tests run on: forgetful (no fsync) and disposable.
 *
 * `npm test` starts one of its own for each run, so that two runs in one checkout do not meet. A test file that is
 * run alone uses a shared one, which stays up for the next file until nobody uses it any more (keeper.ts).
 */
import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { LockHeld, lockHolder, takeLock } from "../lock.mjs";
import { adoptPostgres, startPostgres, stopPostgres } from "../postgres.ts";
import { identityOf } from "../processes.mjs";
import { inProject } from "../root.ts";

const SERVERS = inProject(".cache/test/postgres");
export const SHARED = join(SERVERS, "shared");
/** Held while the shared server is looked for, started or stopped. */
export const SHARED_LOCK = join(SERVERS, "shared.lock");
/** Held by the keeper, as long as it lives. */
export const SHARED_KEEPER = join(SERVERS, "shared.keeper");
/** Touched whenever somebody asks for it. */
export const SHARED_USED = join(SERVERS, "shared.used");
const SHARED_WAIT_MS = 60_000;

/** A fresh server for this process alone. Its directory goes with it. */
export async function ownTestServer(
  directory = join(SERVERS, `run-${process.pid}`),
): Promise<{ url: string; stop(): Promise<void> }> {
  await sweep();
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
      const lock = takeLock(SHARED_LOCK);
      try {
        writeFileSync(SHARED_USED, "");
        const running = lockHolder(SHARED_KEEPER) === undefined ? undefined : await adoptPostgres(SHARED);
        return running?.url ?? (await startKeeper());
      } finally {
        lock.release();
      }
    } catch (cause) {
      if (!(cause instanceof LockHeld) || performance.now() > end) throw cause;
      await sleep(50);
    }
  }
}

/** A process of its own, because a test file ends before the next one that wants the server begins. */
async function startKeeper(): Promise<string> {
  const logFile = join(SERVERS, "shared.log");
  const log = openSync(logFile, "w");
  const keeper = spawn(process.execPath, [inProject("scripts/test/keeper.ts")], {
    detached: true,
    stdio: ["ignore", "pipe", log],
  });
  closeSync(log);
  keeper.unref();
  const said = keeper.stdout === null ? "" : await text(keeper.stdout);
  if (said.trim() === "") throw new Error(`the shared test server does not start: see ${logFile}`);
  return said.trim();
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
