// A PostgreSQL server for programs that `npm test` does not start, such as the soak tests.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPostgres } from "../../scripts/postgres.ts";

/** @param isDurable false: faster, and the data does not survive a crash. */
export async function withPostgres<T>(isDurable: boolean, run: () => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), "spiderpig-postgres-"));
  const server = await startPostgres({ directory, durable: isDurable });
  process.env["TEST_DATABASE_URL"] = server.url;
  try {
    return await run();
  } finally {
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}
