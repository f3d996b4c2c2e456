// A stack with a separate PostgreSQL server, which a test stops, kills and restarts. The address stays the same.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrate } from "#lib/migrate/migrate.ts";
import { type PostgresOptions, type RunningPostgres, startPostgres } from "../../scripts/postgres.ts";
import { type Cleaner, type Stack, startStack } from "../support/stack.ts";

export type OwnServer = {
  readonly directory: string;
  /** The running server. */
  readonly now: RunningPostgres;
  /** Starts the server again after it has exited for any reason. */
  startAgain(): Promise<void>;
  /** Shuts the server down cleanly, and starts it again when the work is done. */
  whileStopped(work: () => unknown): Promise<void>;
};

/** @param clean `after` of the file. @param durable whether committed data survives a crash of the server. */
export async function startStackOnOwnServer(
  clean: Cleaner,
  { durable = false } = {},
): Promise<{ stack: Stack; server: OwnServer }> {
  const options: PostgresOptions = { directory: mkdtempSync(join(tmpdir(), "own-server-")), durable };
  let now = await startPostgres(options);
  await migrate(now.url);
  // The stack is cleaned up first, while its server still runs.
  const stack = await startStack(clean, { databaseUrl: now.url });
  clean(async () => {
    await now.stop();
    rmSync(options.directory, { recursive: true, force: true });
  });

  async function startAgain(): Promise<void> {
    await now.gone;
    now = await startPostgres({ ...options, port: now.port });
  }

  const server: OwnServer = {
    directory: options.directory,
    get now() {
      return now;
    },
    startAgain,
    async whileStopped(work) {
      await now.stop();
      await work();
      await startAgain();
    },
  };
  return { stack, server };
}
