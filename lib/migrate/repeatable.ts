// The repeatable files of drizzle/: functions, rules, comments and views, which drizzle-kit does not generate. They always
// state the current definition, are edited in place, and are applied again, all together, when one of them has changed.
//
// They must work with processes of the previous version. A change that cannot needs a migration that says so.
import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { type AppliedMigration, MIGRATIONS } from "./migrations.ts";

/** Stands for all of them in the table of applied migrations. */
export const REPEATABLE_TAG = "repeatable";

/** In the order of application: each may use what those before it define. */
const FILES = [
  "functions.sql",
  "rules.sql",
  "durations.sql",
  "reports.sql",
  "report-figures.sql",
  "search.sql",
  "comments.sql",
  "comments-auth.sql",
  "comments-error-rate.sql",
  "comments-notification.sql",
  "comments-window.sql",
  "views.sql",
  "views/*.sql",
];

export type Repeatable = { hash: string; statements: string[] };

export function repeatableFiles(folder = MIGRATIONS): string[] {
  return FILES.flatMap((pattern) => globSync(pattern, { cwd: folder }).toSorted());
}

export function readRepeatable(folder = MIGRATIONS): Repeatable {
  const statements = repeatableFiles(folder).map((name) => readFileSync(path.join(folder, name), "utf8"));
  return { hash: createHash("sha256").update(statements.join("\0")).digest("hex"), statements };
}

/** Whether they are what was applied last. */
export function isRepeatableCurrent({ hash }: Repeatable, applied: readonly AppliedMigration[]): boolean {
  return applied.findLast(({ tag }) => tag === REPEATABLE_TAG)?.hash === hash;
}

/** Whether they were applied at some time: what came later comes from a newer version, and works with this one. */
export function wasRepeatableApplied({ hash }: Repeatable, applied: readonly AppliedMigration[]): boolean {
  return applied.some((row) => row.tag === REPEATABLE_TAG && row.hash === hash);
}
