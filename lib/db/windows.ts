// Windows, their weekly series and their events. The changes of a window are in window-items.ts.
import type { WindowTimes } from "../domain/window.ts";
import type { WindowSummary } from "../contract/window.ts";
import type { Database, Transaction } from "./connection.ts";
import { CHANNELS } from "./notify.ts";
import {
  arrayOf,
  boolean,
  firstRow,
  integer,
  nullable,
  onlyRow,
  type RowOf,
  rows,
  statement,
  text,
  timestamptz,
} from "./statement.ts";

export type WindowEventKind =
  | "window_created"
  | "window_cancelled"
  | "series_ended"
  | "change_added"
  | "change_removed"
  | "change_moved"
  | "change_tested"
  | "author_absent"
  | "report_withdrawn"
  | "job_requested";

const APPEND = statement(
  { notified: text },
  `with next as (
     update spiderpig.deployment_window set event_seq = event_seq + 1
     where id = $1
     returning id, event_seq
   ), appended as (
     insert into spiderpig.window_event (window_id, seq, kind, actor, data)
     select id, event_seq, $2, $3, $4 from next
     returning window_id
   )
   select pg_notify('${CHANNELS.window}', window_id::text)::text as notified from appended`,
);

/** Appends one event and notifies those who watch the window. */
export async function appendWindowEvent(
  tx: Transaction,
  windowId: number,
  event: { kind: WindowEventKind; actor: string; data?: Record<string, unknown> },
): Promise<void> {
  await rows(tx, APPEND, [windowId, event.kind, event.actor, event.data ?? {}]);
}

export type NewWindow = WindowTimes & { title: string; lane: string; createdBy: string };

const INSERT_SERIES = statement(
  { id: integer },
  `insert into spiderpig.window_series (title, lane, starts_at, ends_at, created_by)
   values ($1, $2, $3, $4, $5)
   returning id`,
);

export async function insertSeries(tx: Transaction, first: NewWindow): Promise<number> {
  const { title, lane, startsAt, endsAt, createdBy } = first;
  return (await onlyRow(tx, INSERT_SERIES, [title, lane, startsAt, endsAt, createdBy])).id;
}

const INSERT_WINDOW = statement(
  { id: integer },
  `insert into spiderpig.deployment_window (series_id, title, lane, starts_at, ends_at, created_by)
   values ($1, $2, $3, $4, $5, $6)
   on conflict (series_id, starts_at) do nothing
   returning id`,
);

/** @returns undefined if the series has a window at this time. */
export async function insertWindow(
  tx: Transaction,
  { title, lane, startsAt, endsAt, createdBy, seriesId }: NewWindow & { seriesId: number | null },
): Promise<number | undefined> {
  const row = await firstRow(tx, INSERT_WINDOW, [seriesId, title, lane, startsAt, endsAt, createdBy]);
  if (row === undefined) return undefined;
  await appendWindowEvent(tx, row.id, { kind: "window_created", actor: createdBy });
  return row.id;
}

const SERIES = {
  id: integer,
  title: text,
  lane: text,
  startsAt: timestamptz,
  endsAt: timestamptz,
  createdBy: text,
};

const ACTIVE_SERIES = statement(
  SERIES,
  `select id, title, lane, starts_at as "startsAt", ends_at as "endsAt", created_by as "createdBy"
   from spiderpig.window_series
   where ended_at is null
   order by id
   for share`,
);

/** Those that get further windows. They cannot be ended before the transaction is. */
export async function lockActiveSeries(tx: Transaction): Promise<RowOf<typeof SERIES>[]> {
  return rows(tx, ACTIVE_SERIES);
}

const END_SERIES = statement(
  { id: integer },
  `update spiderpig.window_series set ended_at = now(), ended_by = $2
   where id = $1 and ended_at is null
   returning id`,
);

/** @returns false if it had ended before. */
export async function endSeries(tx: Transaction, seriesId: number, by: string): Promise<boolean> {
  return (await firstRow(tx, END_SERIES, [seriesId, by])) !== undefined;
}

const EMPTY_WINDOWS_AFTER = statement(
  { id: integer },
  `select w.id
   from spiderpig.deployment_window w
   where w.series_id = $1 and w.starts_at > $2 and w.cancelled_at is null
     and not exists (
       select 1 from spiderpig.window_item i where i.window_id = w.id and i.removed_at is null)
     and not exists (select 1 from spiderpig.job j where j.window_id = w.id)
   order by w.id
   for update of w`,
);

/** The windows of a series that start later and have neither changes nor jobs. */
export async function lockEmptyWindowsAfter(
  tx: Transaction,
  seriesId: number,
  startsAt: Date,
): Promise<number[]> {
  const found = await rows(tx, EMPTY_WINDOWS_AFTER, [seriesId, startsAt]);
  return found.map(({ id }) => id);
}

const WINDOW = {
  id: integer,
  seriesId: nullable(integer),
  isSeriesEnded: boolean,
  title: text,
  lane: text,
  startsAt: timestamptz,
  endsAt: timestamptz,
  createdBy: text,
  cancelledAt: nullable(timestamptz),
  cancelledBy: nullable(text),
  checkedAt: nullable(timestamptz),
  isOver: boolean,
};
export type WindowRow = RowOf<typeof WINDOW>;

const WINDOW_COLUMNS = `
  w.id, w.series_id as "seriesId",
  exists (select 1 from spiderpig.window_series s where s.id = w.series_id and s.ended_at is not null) as "isSeriesEnded",
  w.title, w.lane, w.starts_at as "startsAt", w.ends_at as "endsAt", w.created_by as "createdBy",
  w.cancelled_at as "cancelledAt", w.cancelled_by as "cancelledBy", w.checked_at as "checkedAt",
  w.ends_at <= now() as "isOver"`;

const FIND_WINDOW = statement(
  WINDOW,
  `select ${WINDOW_COLUMNS} from spiderpig.deployment_window w where w.id = $1`,
);

export async function findWindow(db: Database, id: number): Promise<WindowRow | undefined> {
  return firstRow(db, FIND_WINDOW, [id]);
}

const LOCK_WINDOW = statement(WINDOW, `${FIND_WINDOW.text} for update of w`);

/** Everything that changes a window or its order locks it first, so that these changes take turns. */
export async function lockWindow(tx: Transaction, id: number): Promise<WindowRow | undefined> {
  return firstRow(tx, LOCK_WINDOW, [id]);
}

const CANCEL_WINDOW = statement(
  { id: integer },
  `update spiderpig.deployment_window set cancelled_at = now(), cancelled_by = $2
   where id = $1 and cancelled_at is null
   returning id`,
);

export async function cancelWindow(tx: Transaction, id: number, by: string): Promise<void> {
  const cancelled = await firstRow(tx, CANCEL_WINDOW, [id, by]);
  if (cancelled !== undefined) await appendWindowEvent(tx, id, { kind: "window_cancelled", actor: by });
}

const SUMMARY = {
  id: integer,
  seriesId: nullable(integer),
  title: text,
  lane: text,
  startsAt: timestamptz,
  endsAt: timestamptz,
  createdBy: text,
  cancelledAt: nullable(timestamptz),
  cancelledBy: nullable(text),
  authors: arrayOf(text),
  itemCount: integer,
  deployedCount: integer,
};

const SUMMARY_COLUMNS = `
  w.id, w.series_id as "seriesId", w.title, w.lane, w.starts_at as "startsAt", w.ends_at as "endsAt",
  w.created_by as "createdBy", w.cancelled_at as "cancelledAt", w.cancelled_by as "cancelledBy",
  array(
    select distinct i.author
    from spiderpig.window_item i
    where i.window_id = w.id and i.removed_at is null
    order by i.author) as authors,
  (select count(*)::integer
   from spiderpig.window_item i
   where i.window_id = w.id and i.removed_at is null) as "itemCount",
  (select count(*)::integer
   from spiderpig.window_item i
   where i.window_id = w.id and i.removed_at is null
     and exists (
       select 1
       from spiderpig.job j
       join spiderpig.change c on c.job_id = j.id
       where j.window_id = w.id and c.number = i.number and j.outcome = 'completed')) as "deployedCount"`;

const COMING = statement(
  SUMMARY,
  `select ${SUMMARY_COLUMNS}
   from spiderpig.deployment_window w
   where w.ends_at > now()
   order by w.starts_at, w.id
   limit $1`,
);

const PAST = statement(
  SUMMARY,
  `select ${SUMMARY_COLUMNS}
   from spiderpig.deployment_window w
   where w.ends_at <= now()
   order by w.ends_at desc, w.id desc
   limit $1`,
);

/** Those that are open or coming, the next one first; or those that are over, the latest first. */
export async function listWindows(
  db: Database,
  time: "coming" | "past",
  limit: number,
): Promise<WindowSummary[]> {
  const found = await rows(db, time === "coming" ? COMING : PAST, [limit]);
  return found.map(({ cancelledAt, cancelledBy, startsAt, endsAt, ...window }) => ({
    ...window,
    startsAt: startsAt.toISOString(),
    endsAt: endsAt.toISOString(),
    cancelled: cancellation(cancelledAt, cancelledBy),
  }));
}

export function cancellation(at: Date | null, by: string | null): { by: string; at: string } | null {
  return at === null || by === null ? null : { by, at: at.toISOString() };
}
