// The names of users by their ids.
import type { Database } from "./connection.ts";
import { rows, type RowOf, statement, text } from "./statement.ts";

const USER_NAME = { id: text, name: text };

const LIST_USER_NAMES = statement(
  USER_NAME,
  `select u.id, u.username as name from auth."user" u where u.id = any($1::text[])`,
);

export function listUserNames(db: Database, ids: readonly string[]): Promise<RowOf<typeof USER_NAME>[]> {
  return rows(db, LIST_USER_NAMES, [[...ids]]);
}
