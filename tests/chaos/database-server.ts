// The PostgreSQL server of the rounds. It is durable, because committed data must survive when it is killed, and keeps its
// address when it restarts.
import { readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { type RunningPostgres, startPostgres } from "../../scripts/postgres.ts";
import { parentOf } from "../../scripts/processes.ts";

export type DatabaseServer = {
  readonly url: string;
  kill(downMs: number): Promise<boolean>;
  stop(downMs: number): Promise<boolean>;
  pause(ms: number): Promise<boolean>;
  /** Terminates all sessions; new ones are accepted. */
  cut(): Promise<boolean>;
  heal(): Promise<void>;
  end(): Promise<void>;
};

export async function startDatabaseServer(directory: string): Promise<DatabaseServer> {
  let server: RunningPostgres = await startPostgres({ directory });
  const { port } = server;
  let isBusy = false;
  let currentFault: Promise<unknown> = Promise.resolve();
  let abort = new AbortController();

  async function exclusively(work: () => Promise<void>): Promise<boolean> {
    if (isBusy) return false;
    isBusy = true;
    const doing = work().finally(() => (isBusy = false));
    currentFault = doing.catch(() => undefined);
    await doing;
    return true;
  }

  const waitDown = (ms: number): Promise<unknown> =>
    sleep(ms, undefined, { signal: abort.signal }).catch(() => undefined);

  async function restart(): Promise<void> {
    await server.gone;
    server = await startPostgres({ directory, port });
  }

  return {
    url: server.url,
    kill: (downMs) =>
      exclusively(async () => {
        process.kill(server.pid, "SIGKILL");
        await waitDown(downMs);
        await restart();
      }),
    stop: (downMs) =>
      exclusively(async () => {
        await server.stop();
        await waitDown(downMs);
        await restart();
      }),
    pause: (ms) =>
      exclusively(async () => {
        signalAll(server.pid, "SIGSTOP");
        await waitDown(ms);
        signalAll(server.pid, "SIGCONT");
      }),
    cut: () => exclusively(() => cutSessions(server.url)),
    async heal() {
      abort.abort();
      await currentFault;
      abort = new AbortController();
    },
    async end() {
      abort.abort();
      await currentFault;
      await server.stop();
    },
  };
}

/** Backends are children of the main process. None is missed, because a stopped main process starts no more. */
function signalAll(pid: number, signal: "SIGSTOP" | "SIGCONT"): void {
  process.kill(pid, signal);
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name) || parentOf(name) !== pid) continue;
    try {
      process.kill(Number(name), signal);
    } catch {
      // It has exited.
    }
  }
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
