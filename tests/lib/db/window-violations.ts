// Writes that violate a constraint of the tables of windows, and the rows that they need.
import { type Database, query } from "#lib/db/connection.ts";
import type { Breach } from "./schema-world.ts";

const MISSING_ID = 1_000_000;
const TIMES = "'2026-12-01 13:00Z', '2026-12-01 14:00Z'";
const INSERT_SERIES = "insert into spiderpig.window_series (title, lane, created_by, starts_at, ends_at";
const INSERT_WINDOW = "insert into spiderpig.deployment_window (title, lane, created_by, starts_at, ends_at";
const INSERT_ITEM =
  "insert into spiderpig.window_item (position, project, branch, subject, owner, url, added_by, window_id, number, author";
const INSERT_EVENT = "insert into spiderpig.window_event (kind, actor, window_id, seq)";
const ITEM = "1, 'p', 'b', 's', 'o', 'u', 'ada'";
const WINDOW = "'Backports', 'mediawiki', 'ada'";

/** A window of a series, with a change and an event. */
export async function insertWindowRows(db: Database): Promise<void> {
  for (const statement of [
    `${INSERT_SERIES}) values (${WINDOW}, ${TIMES})`,
    `${INSERT_WINDOW}, series_id) values (${WINDOW}, ${TIMES}, 1)`,
    `${INSERT_ITEM}) values (${ITEM}, 1, 11, 'ada')`,
    `${INSERT_EVENT} values ('window_created', 'ada', 1, 1)`,
  ]) {
    await query(db, statement);
  }
}

export const WINDOW_VIOLATIONS: readonly Breach[] = [
  ["window_series_pkey", `${INSERT_SERIES}, id) overriding system value values (${WINDOW}, ${TIMES}, 1)`],
  ["series_ends_after_it_starts", `${INSERT_SERIES}) values (${WINDOW}, now(), now())`],
  ["series_end_is_recorded", "update spiderpig.window_series set ended_at = now()"],
  ["deployment_window_pkey", `${INSERT_WINDOW}, id) overriding system value values (${WINDOW}, ${TIMES}, 1)`],
  [
    "deployment_window_series_id_window_series_id_fk",
    `${INSERT_WINDOW}, series_id) values (${WINDOW}, ${TIMES}, ${MISSING_ID})`,
  ],
  ["window_once_per_week", `${INSERT_WINDOW}, series_id) values (${WINDOW}, ${TIMES}, 1)`],
  ["window_ends_after_it_starts", `${INSERT_WINDOW}) values (${WINDOW}, now(), now())`],
  ["window_cancellation_is_recorded", "update spiderpig.deployment_window set cancelled_at = now()"],
  ["window_item_pkey", `${INSERT_ITEM}, id) overriding system value values (${ITEM}, 1, 12, 'ada', 1)`],
  [
    "window_item_window_id_deployment_window_id_fk",
    `${INSERT_ITEM}) values (${ITEM}, ${MISSING_ID}, 12, 'ada')`,
  ],
  ["change_once_per_window", `${INSERT_ITEM}) values (${ITEM}, 1, 11, 'ada')`],
  ["author_is_named", `${INSERT_ITEM}) values (${ITEM}, 1, 12, '')`],
  ["removal_is_recorded", "update spiderpig.window_item set removed_at = now()"],
  [
    "report_is_known",
    "update spiderpig.window_item set report = 'maybe', reported_by = 'ada', reported_at = now()",
  ],
  ["report_is_recorded", "update spiderpig.window_item set report = 'tested'"],
  ["window_event_pkey", `${INSERT_EVENT} values ('window_created', 'ada', 1, 1)`],
  [
    "window_event_window_id_deployment_window_id_fk",
    `${INSERT_EVENT} values ('window_created', 'ada', ${MISSING_ID}, 1)`,
  ],
  [
    "job_window_id_deployment_window_id_fk",
    `insert into spiderpig.job (operation, parameters, kind, lane, requested_by, command, window_id)
     values ('{}', '{}', 'backport', 'x', 'a', '{}', ${MISSING_ID})`,
  ],
];
