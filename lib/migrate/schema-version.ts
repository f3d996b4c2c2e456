// Whether this version may run on the database as it is. An older schema lacks what the code needs; a newer one is
// fine when each migration beyond ours says so: that is what lets a new version be rolled out one process at a time.
import { type Database, query } from "../db/connection.ts";
import {
  type AppliedMigration,
  appliedFrom,
  type AppliedRow,
  APPLIED,
  hasOtherBaseline,
  MAY_KEEP_RUNNING,
  OTHER_BASELINE,
  pendingMigrations,
  readMigrations,
  unknownMigrations,
} from "./migrations.ts";
import { readRepeatable, wasRepeatableApplied } from "./repeatable.ts";

/** This version must not run on this database. The message is one line that says what to do. */
export class SchemaMismatch extends Error {
  constructor(message: string) {
    super(message);
    this.name = "SchemaMismatch";
  }
}

/** @throws SchemaMismatch; an error for which `isUnreachable` is true while the database is unreachable. */
export async function requireSchema(db: Database): Promise<void> {
  const applied = await findApplied(db);
  if (applied === undefined) return;
  const brought = readMigrations();
  if (hasOtherBaseline(brought, applied)) throw new SchemaMismatch(`DATABASE_URL: ${OTHER_BASELINE}`);
  const lacking = pendingMigrations(brought, applied).map(({ tag }) => tag);
  if (!wasRepeatableApplied(readRepeatable(), applied)) lacking.push("its functions, rules and views");
  if (lacking.length > 0) {
    throw new SchemaMismatch(
      `DATABASE_URL: the schema is older than this version (it lacks ${lacking.join(", ")}): run npm run migrate`,
    );
  }
  const forbidding = unknownMigrations(brought, applied).find(
    ({ compatibility }) => compatibility !== MAY_KEEP_RUNNING,
  );
  if (forbidding === undefined) return;
  const why = forbidding.compatibility.replace(/^must stop: /, "");
  throw new SchemaMismatch(
    `DATABASE_URL: the schema is newer than this version, which must not run on it ` +
      `(${forbidding.tag}: ${why}): start the newer version`,
  );
}

/** undefined for a role without the right to read them. */
async function findApplied(db: Database): Promise<AppliedMigration[] | undefined> {
  try {
    return appliedFrom(await query<AppliedRow>(db, APPLIED));
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "42501") return undefined;
    // Neither schema nor table: an empty database.
    if (code === "3F000" || code === "42P01") return [];
    throw error;
  }
}
