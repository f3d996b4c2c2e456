// Stores the figures of past weeks, which the views history.weekly… otherwise compute (drizzle/reports.sql).
import type { Database } from "./connection.ts";
import { nullable, onlyRow, statement, text } from "./statement.ts";

const STORE_NEXT_WEEK = statement(
  { week: nullable(text) },
  "select spiderpig.store_next_week()::text as week",
);

/** The oldest week that is over and not stored. @returns its Monday; undefined when there was none */
export async function storeNextWeek(db: Database): Promise<string | undefined> {
  const { week } = await onlyRow(db, STORE_NEXT_WEEK);
  return week ?? undefined;
}
