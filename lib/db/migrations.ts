// The migrations that this version brings, as drizzle-kit leaves them in drizzle/, and those that a database has had.
// The first line of each file says whether processes of the version before may run on behind it; it is kept in the
// database with the migration, so that an old process can read it about a migration that it does not bring.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";

export const MIGRATIONS = path.join(import.meta.dirname, "../../drizzle");

export const MAY_GO_ON = "may go on running";
const FIRST_LINE = new RegExp(`^-- Old code: (${MAY_GO_ON}|must stop: \\S.*)\\.$`);

export type Migration = {
  tag: string;
  /** Identifies it in the database. */
  madeAt: number;
  hash: string;
  statements: string[];
  /** MAY_GO_ON, or "must stop: " and the reason. */
  oldCode: string;
};

export type AppliedMigration = {
  madeAt: number;
  /** Both are null when it was applied by something that did not write them down. */
  tag: string | null;
  oldCode: string | null;
};

const journal = z.object({ entries: z.array(z.object({ when: z.number(), tag: z.string() })) });

/** In their order. @throws when one does not say what it means for old code. */
export function readMigrations(folder = MIGRATIONS): Migration[] {
  const text = readFileSync(path.join(folder, "meta/_journal.json"), "utf8");
  return journal.parse(JSON.parse(text)).entries.map(({ tag, when }) => {
    const sql = readFileSync(path.join(folder, `${tag}.sql`), "utf8");
    const [firstLine = ""] = sql.split("\n", 1);
    const oldCode = FIRST_LINE.exec(firstLine)?.[1];
    if (oldCode === undefined) {
      throw new Error(
        `drizzle/${tag}.sql must begin with "-- Old code: ${MAY_GO_ON}." or "-- Old code: must stop: <why>."`,
      );
    }
    return {
      tag,
      madeAt: when,
      hash: createHash("sha256").update(sql).digest("hex"),
      statements: sql.split("--> statement-breakpoint"),
      oldCode,
    };
  });
}

/** Reads the columns by way of JSON, because a database that drizzle-kit alone has migrated lacks some of them. */
export const APPLIED = `
  select created_at as made_at, to_jsonb(m) ->> 'tag' as tag, to_jsonb(m) ->> 'old_code' as old_code
  from drizzle.__drizzle_migrations m`;

export type AppliedRow = { made_at: string; tag: string | null; old_code: string | null };

export function appliedFrom(rows: readonly AppliedRow[]): AppliedMigration[] {
  return rows.map(({ made_at, tag, old_code }) => ({ madeAt: Number(made_at), tag, oldCode: old_code }));
}

/** Not by the latest one: of two branches that were merged the later merge may hold the earlier migration. */
export function pendingMigrations(
  brought: readonly Migration[],
  applied: readonly AppliedMigration[],
): Migration[] {
  const known = new Set(applied.map(({ madeAt }) => madeAt));
  return brought.filter(({ madeAt }) => !known.has(madeAt));
}
