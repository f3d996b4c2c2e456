// The migrations that this version brings, as drizzle-kit writes them to drizzle/, and those applied to a database.
// The first one is the baseline. Until the first release it is generated again whenever the tables change
// (drizzle/baseline.ts), so a database is known by the hash of its baseline and cannot be migrated from another one.
//
// The first line of each file says whether processes of the previous version may continue to run on the new schema; it
// is stored in the database with the migration, so that an old process can read it about a migration it does not bring.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";

export const MIGRATIONS = path.join(import.meta.dirname, "../../drizzle");

export const MAY_KEEP_RUNNING = "may keep running";
const FIRST_LINE = new RegExp(`^-- Previous version: (${MAY_KEEP_RUNNING}|must stop: \\S.*)\\.$`);

export type Migration = {
  tag: string;
  /** Identifies it in the database. */
  madeAt: number;
  hash: string;
  statements: string[];
  /** MAY_KEEP_RUNNING, or "must stop: " and the reason. */
  compatibility: string;
};

export type AppliedMigration = {
  /** null for the repeatable files (repeatable.ts). */
  madeAt: number | null;
  hash: string;
  tag: string;
  compatibility: string;
};

const journal = z.object({ entries: z.array(z.object({ when: z.number(), tag: z.string() })) });

/** In order. @throws when one does not say what it means for the previous version. */
export function readMigrations(folder = MIGRATIONS): Migration[] {
  const text = readFileSync(path.join(folder, "meta/_journal.json"), "utf8");
  return journal.parse(JSON.parse(text)).entries.map(({ tag, when }) => {
    const sql = readFileSync(path.join(folder, `${tag}.sql`), "utf8");
    const [firstLine = ""] = sql.split("\n", 1);
    const compatibility = FIRST_LINE.exec(firstLine)?.[1];
    if (compatibility === undefined) {
      throw new Error(
        `drizzle/${tag}.sql must begin with "-- Previous version: ${MAY_KEEP_RUNNING}." or "-- Previous version: must stop: <why>."`,
      );
    }
    return {
      tag,
      madeAt: when,
      hash: createHash("sha256").update(sql).digest("hex"),
      statements: sql.split("--> statement-breakpoint"),
      compatibility,
    };
  });
}

/** In the order of application. */
export const APPLIED = `
  select created_at as made_at, hash, tag, compatibility
  from drizzle.__drizzle_migrations
  order by id`;

export type AppliedRow = {
  made_at: string | null;
  hash: string;
  tag: string;
  compatibility: string;
};

export function appliedFrom(rows: readonly AppliedRow[]): AppliedMigration[] {
  return rows.map(({ made_at, hash, tag, compatibility }) => ({
    madeAt: made_at === null ? null : Number(made_at),
    hash,
    tag,
    compatibility: compatibility,
  }));
}

/** Compares each one, not the latest: of two merged branches the later merge may contain the earlier migration. */
export function pendingMigrations(
  brought: readonly Migration[],
  applied: readonly AppliedMigration[],
): Migration[] {
  const known = new Set(applied.map(({ madeAt }) => madeAt));
  return brought.filter(({ madeAt }) => !known.has(madeAt));
}

/** Those that a newer version applied. */
export function unknownMigrations(
  brought: readonly Migration[],
  applied: readonly AppliedMigration[],
): AppliedMigration[] {
  const known = new Set(brought.map(({ madeAt }) => madeAt));
  return applied.filter(({ madeAt }) => madeAt !== null && !known.has(madeAt));
}

export function hasOtherBaseline(
  brought: readonly Migration[],
  applied: readonly AppliedMigration[],
): boolean {
  return applied.length > 0 && !applied.some(({ hash }) => hash === brought[0]?.hash);
}

export const OTHER_BASELINE =
  "the database was created from a different baseline of the schema and cannot be migrated: create it again " +
  "(npm start keeps its own in DATA_DIR, by default .data: stop it and delete that directory; " +
  "otherwise drop and create the database that DATABASE_URL names)";
