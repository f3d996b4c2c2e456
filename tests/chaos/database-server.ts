// The PostgreSQL server of the rounds. It is durable, because committed data must survive when it is killed, and keeps its
// address when it restarts. It may have a standby, which replaces it in a failover.
import { readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { join } from "node:path";
import pg from "pg";
import { type RunningPostgres, startPostgres } from "../../scripts/postgres.ts";
import { parentOf } from "../../scripts/processes.ts";
import { promote, startStandby } from "./standby.ts";

export type DatabaseServer = {
  /** Of the primary. */
  readonly url: string;
  /** For the parts and checks: with a standby it names both servers. */
  readonly clientUrl: string;
  kill(downMs: number): Promise<boolean>;
  stop(downMs: number): Promise<boolean>;
  pause(ms: number): Promise<boolean>;
  /** Terminates all sessions; new ones are accepted. */
  cut(): Promise<boolean>;
  /** Kills the primary for good and promotes the standby, after other faults. Then the new primary gets a standby. */
  failover(downMs: number): Promise<boolean>;
  heal(): Promise<void>;
  end(): Promise<void>;
};

export async function startDatabaseServer(
  root: string,
  { hasStandby = false }: { hasStandby?: boolean } = {},
): Promise<DatabaseServer> {
  let directory = join(root, "first");
  let standbyDirectory = join(root, "second");
  let server: RunningPostgres = await startPostgres({ directory });
  let standby = hasStandby
    ? await startStandby(server, { from: directory, to: standbyDirectory })
    : undefined;
  const clientUrl = standby === undefined ? server.url : withBoth(server, standby);
  const faults = createFaults();

  const restartAfter = (end: () => unknown, downMs: number): Promise<boolean> =>
    faults.exclusively(async () => {
      await end();
      await faults.waitDown(downMs);
      await server.gone;
      server = await startPostgres({ directory, port: server.port });
    });

  async function pause(ms: number): Promise<void> {
    signalAll(server.pid, "SIGSTOP");
    await faults.waitDown(ms);
    signalAll(server.pid, "SIGCONT");
  }

  async function replacePrimary(promoted: RunningPostgres, downMs: number): Promise<void> {
    const lost = server;
    // Also the sessions: one that is left would finish its statement.
    signalAll(lost.pid, "SIGKILL");
    await lost.gone;
    await faults.waitDown(downMs);
    await promote(promoted);
    server = promoted;
    [directory, standbyDirectory] = [standbyDirectory, directory];
    standby = await startStandby(server, { from: directory, to: standbyDirectory }, lost.port);
  }

  return {
    get url() {
      return server.url;
    },
    clientUrl,
    kill: (downMs) => restartAfter(() => process.kill(server.pid, "SIGKILL"), downMs),
    stop: (downMs) => restartAfter(() => server.stop(), downMs),
    pause: (ms) => faults.exclusively(() => pause(ms)),
    cut: () => faults.exclusively(() => cutSessions(server.url)),
    async failover(downMs) {
      await faults.idle();
      const promoted = standby;
      return promoted !== undefined && (await faults.exclusively(() => replacePrimary(promoted, downMs)));
    },
    heal: () => faults.heal(),
    async end() {
      await faults.heal();
      await standby?.stop();
      await server.stop();
    },
  };
}

/** One fault at a time; a second one is skipped. */
function createFaults() {
  let isBusy = false;
  let currentFault: Promise<unknown> = Promise.resolve();
  let abort = new AbortController();
  return {
    async exclusively(work: () => Promise<void>): Promise<boolean> {
      if (isBusy) return false;
      isBusy = true;
      const doing = work().finally(() => (isBusy = false));
      currentFault = doing.catch(() => undefined);
      await doing;
      return true;
    },
    /** Ended early by `heal`. */
    waitDown: (ms: number): Promise<unknown> =>
      sleep(ms, undefined, { signal: abort.signal }).catch(() => undefined),
    async idle(): Promise<void> {
      while (isBusy) await currentFault;
    },
    /** Ends the current fault. */
    async heal(): Promise<void> {
      abort.abort();
      await currentFault;
      abort = new AbortController();
    },
  };
}

/** Its sessions are children of the main process. None is missed, because a stopped main process starts no more. */
function signalAll(pid: number, signal: "SIGSTOP" | "SIGCONT" | "SIGKILL"): void {
  if (signal !== "SIGCONT") process.kill(pid, "SIGSTOP");
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name) || parentOf(name) !== pid) continue;
    try {
      process.kill(Number(name), signal);
    } catch {
      // It has exited.
    }
  }
  process.kill(pid, signal);
}

/** As libpq writes it. */
function withBoth(primary: RunningPostgres, standby: RunningPostgres): string {
  const { host } = new URL(primary.url);
  const both = primary.url.replace(`@${host}`, `@${host},${new URL(standby.url).host}`);
  return `${both}?target_session_attrs=read-write`;
}

async function cutSessions(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where pid <> pg_backend_pid() and backend_type = 'client backend'`,
    );
  } finally {
    await client.end().catch(() => undefined);
  }
}
