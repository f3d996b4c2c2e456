// The migrations that this version brings, as drizzle-kit writes them to drizzle/, and those applied to a database.
// The first one is the baseline. Until the first release it is generated again whenever the tables change
// (scripts/baseline.ts), so a database is known by the hash of its baseline and cannot be migrated from another one.
//
// The first line of each file says whether processes of the previous version may continue to run on the new schema; it
// is stored in the database with the migration, so that an old process can read it about a migration it does not bring.
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
  /** null for the repeatable files (repeatable.ts). */
  madeAt: number | null;
  hash: string;
  /** Both are null when it was applied by a program that did not store them. */
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

/** In the order of application. Reads the columns as JSON, because drizzle-kit's own table lacks some of them. */
export const APPLIED = `
  select created_at as made_at, hash, to_jsonb(m) ->> 'tag' as tag, to_jsonb(m) ->> 'old_code' as old_code
  from drizzle.__drizzle_migrations m
  order by id`;

export type AppliedRow = {
  made_at: string | null;
  hash: string;
  tag: string | null;
  old_code: string | null;
};

export function appliedFrom(rows: readonly AppliedRow[]): AppliedMigration[] {
  return rows.map(({ made_at, hash, tag, old_code }) => ({
    madeAt: made_at === null ? null : Number(made_at),
    hash,
    tag,
    oldCode: old_code,
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
