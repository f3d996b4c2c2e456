import { execFileSync } from "node:child_process";
import { query } from "#lib/db/connection.ts";
import type { Stack } from "../support/stack.ts";

/** Searches every column of every table, and all files on the disk, for a secret. */
export async function tracesOf(
  { db, directory }: Pick<Stack, "db" | "directory">,
  secret: string,
): Promise<string[]> {
  const tables = await query<{ name: string }>(
    db,
    `select format('%I.%I', schemaname, tablename) as name
     from pg_tables where schemaname in ('spiderpig', 'pgboss', 'auth', 'notification')`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const [row] = await query<{ hits: number }>(
      db,
      `select count(*)::integer as hits from ${name} t
       where t::text like '%' || $1 || '%' or t::text like '%' || encode(convert_to($1, 'UTF8'), 'hex') || '%'`,
      [secret],
    );
    if ((row?.hits ?? 0) > 0) found.push(name);
  }
  // grep exits with 1 if it finds nothing.
  try {
    found.push(execFileSync("grep", ["-rlaF", "--", secret, directory], { encoding: "utf8" }));
  } catch (error) {
    if (!(error instanceof Error && "status" in error && error.status === 1)) throw error;
  }
  return found;
}
