// A process that begins a transaction, locks a row, reports it, and continues when its timer fires. Stopped in between, it
// holds the row. Its argument is the address of the database.
import { setTimeout as sleep } from "node:timers/promises";
import { closeDatabase, openDatabase, transaction } from "#lib/db/connection.ts";
import { AppError } from "#lib/errors.ts";

const db = openDatabase(process.argv[2] ?? "", "holds a row");
try {
  await transaction(db, async (tx) => {
    await tx.execute("select from held where id = 1 for update");
    process.stdout.write("held\n");
    await sleep(500);
    await tx.execute("select 1");
  });
  process.stdout.write("committed\n");
} catch (error) {
  process.stdout.write(`${error instanceof AppError ? error.code : String(error)}\n`);
}
await closeDatabase(db);
