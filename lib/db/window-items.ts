// The changes of a window, in the order of deployment, and what Gerrit knows about them.
import type { Change } from "../contract/change.ts";
import type { JobSummary } from "../contract/job.ts";
import type { WindowFacts } from "../contract/window.ts";
import { REVERT } from "../domain/operation.ts";
import type { ItemJob, WindowReport } from "../domain/window.ts";
import type { Database, Transaction } from "./connection.ts";
import { jobState, outcome, reached } from "./enums.ts";
import { listSummaries } from "./job-rows.ts";
import { CHANNELS } from "./notify.ts";
import {
  boolean,
  enumOf,
  firstRow,
  integer,
  jsonb,
  nullable,
  onlyRow,
  type RowOf,
  rows,
  statement,
  text,
  textOf,
  timestamptz,
} from "./statement.ts";
import { lockWindow } from "./windows.ts";

const ITEM = {
  id: integer,
  number: integer,
  patchSet: nullable(integer),
  project: text,
  branch: text,
  subject: text,
  owner: text,
  url: text,
  author: text,
  addedBy: text,
  addedAt: timestamptz,
  report: nullable(textOf<WindowReport>()),
  reportedBy: nullable(text),
  reportedAt: nullable(timestamptz),
  reportedJobId: nullable(integer),
  facts: nullable(jsonb<WindowFacts>()),
};
export type ItemRow = RowOf<typeof ITEM>;

const ITEMS = statement(
  ITEM,
  `select i.id, i.number, i.patch_set as "patchSet", i.project, i.branch, i.subject, i.owner, i.url, i.author,
          i.added_by as "addedBy", i.added_at as "addedAt", i.report, i.reported_by as "reportedBy",
          i.reported_at as "reportedAt", i.reported_job_id as "reportedJobId", i.facts
   from spiderpig.window_item i
   where i.window_id = $1 and i.removed_at is null
   order by i.position, i.id`,
);

/** In the order of deployment. */
export async function listItems(on: Database | Transaction, windowId: number): Promise<ItemRow[]> {
  return rows(on, ITEMS, [windowId]);
}

/** All jobs that were requested for the window, the newest first. */
export async function listWindowJobs(db: Database, windowId: number): Promise<JobSummary[]> {
  return listSummaries(db, "j.window_id = $1", [windowId], WINDOW_JOBS_MAX);
}

/** Several for each change of the largest window. */
const WINDOW_JOBS_MAX = 200;

const LATEST_JOB = {
  id: integer,
  state: enumOf(jobState),
  outcome: nullable(enumOf(outcome)),
  reached: enumOf(reached),
  isReverted: boolean,
};

const LATEST_JOB_OF_CHANGE = statement(
  LATEST_JOB,
  `select j.id, j.state, j.outcome, j.reached,
          exists (
            select 1 from spiderpig.completed_revert e where e.job_id = j.id and e.number = c.number) as "isReverted"
   from spiderpig.job j
   join spiderpig.change c on c.job_id = j.id
   where j.window_id = $1 and c.number = $2 and c.project = $3 and j.kind <> '${REVERT}'
   order by j.id desc
   limit 1`,
);

/** The latest job of the window that deploys the change. */
export async function findLatestJob(
  tx: Transaction,
  windowId: number,
  { number, project }: Pick<ItemRow, "number" | "project">,
): Promise<ItemJob | undefined> {
  return firstRow(tx, LATEST_JOB_OF_CHANGE, [windowId, number, project]);
}

const INSERT_ITEM = statement(
  { id: integer },
  `insert into spiderpig.window_item
     (window_id, position, number, patch_set, project, branch, subject, owner, url, author, added_by)
   select $1, coalesce(max(o.position), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9, $10
   from spiderpig.window_item o
   where o.window_id = $1
   returning id`,
);

/** Adds the change at the end of the order. */
export async function insertItem(
  tx: Transaction,
  windowId: number,
  { change, author, addedBy }: { change: Change; author: string; addedBy: string },
): Promise<number> {
  const { number, patchSet, project, branch, subject, owner, url } = change;
  const values = [windowId, number, patchSet, project, branch, subject, owner, url, author, addedBy];
  return (await onlyRow(tx, INSERT_ITEM, values)).id;
}

/** The facts of a window are read again at once. */
export async function requestCheck(tx: Transaction, windowId: number): Promise<void> {
  await tx.execute("update spiderpig.deployment_window set checked_at = null where id = $1", [windowId]);
}

export async function removeItem(tx: Transaction, itemId: number, by: string): Promise<void> {
  await tx.execute("update spiderpig.window_item set removed_at = now(), removed_by = $2 where id = $1", [
    itemId,
    by,
  ]);
}

export async function orderItems(tx: Transaction, order: readonly number[]): Promise<void> {
  await tx.execute(
    `update spiderpig.window_item i
     set position = w.place
     from unnest($1::integer[]) with ordinality as w (id, place)
     where i.id = w.id and i.position <> w.place`,
    [order],
  );
}

export async function storeReport(
  tx: Transaction,
  itemId: number,
  { report, by, jobId }: { report: WindowReport | null; by: string; jobId: number | null },
): Promise<void> {
  await tx.execute(
    `update spiderpig.window_item
     set report = $2::text,
         reported_by = case when $2::text is null then null else $3::text end,
         reported_at = case when $2::text is null then null else now() end,
         reported_job_id = $4
     where id = $1`,
    [itemId, report, by, jobId],
  );
}

const LEASE_SECONDS = 60;
/** How old the facts may be while a window is open or watched. */
const CHECK_SECONDS = 30;

const CLAIM_CHECK = statement(
  { id: integer },
  `update spiderpig.deployment_window
   set check_lease_until = now() + interval '${LEASE_SECONDS} seconds'
   where id = (
       select w.id
       from spiderpig.deployment_window w
       where w.cancelled_at is null
         and w.ends_at > now()
         and (w.starts_at <= now() or w.id = any($1))
         and (w.checked_at is null or w.checked_at < now() - interval '${CHECK_SECONDS} seconds')
         and (w.check_lease_until is null or w.check_lease_until < now())
         and exists (select 1 from spiderpig.window_item i where i.window_id = w.id and i.removed_at is null)
       order by w.checked_at nulls first, w.id
       limit 1
       for update skip locked)
   returning id`,
);

/**
 * A window whose facts this process reads now: one that is open, or that one of its people watches. No other process reads
 * them until the lease ends.
 */
export async function claimCheck(db: Database, watched: readonly number[]): Promise<number | undefined> {
  return (await firstRow(db, CLAIM_CHECK, [watched]))?.id;
}

export type CheckedItem = { id: number; change: Change | null; facts: WindowFacts };

/** Stores what was read, ends the lease, and notifies those who watch the window. */
export async function storeCheck(
  tx: Transaction,
  windowId: number,
  checked: readonly CheckedItem[],
): Promise<void> {
  await lockWindow(tx, windowId);
  for (const { id, change, facts } of checked) {
    await tx.execute(
      `update spiderpig.window_item
       set facts = $2, patch_set = coalesce($3, patch_set), subject = coalesce($4, subject)
       where id = $1 and removed_at is null`,
      [id, facts, change?.patchSet ?? null, change?.subject ?? null],
    );
  }
  await tx.execute(
    `update spiderpig.deployment_window w
     set check_lease_until = null,
         checked_at = case
           when exists (
             select 1 from spiderpig.window_item i where i.window_id = w.id and i.removed_at is null and i.facts is null)
           then null else now() end
     where w.id = $1`,
    [windowId],
  );
  await tx.execute(`select pg_notify('${CHANNELS.window}', $1)`, [String(windowId)]);
}
