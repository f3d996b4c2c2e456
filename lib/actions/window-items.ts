// The changes of a window: adding, removing and ordering them, and what their authors say.
import { type Database, transaction, type Transaction } from "../db/connection.ts";
import {
  findLatestJob,
  insertItem,
  type ItemRow,
  listItems,
  orderItems,
  removeItem,
  requestCheck,
  storeReport,
} from "../db/window-items.ts";
import { appendWindowEvent, type WindowEventKind } from "../db/windows.ts";
import { isLive } from "../domain/job.ts";
import { movedBefore } from "../domain/order.ts";
import { mayReportOn, type User } from "../domain/permission.ts";
import { WINDOW_ITEMS_MAX, type WindowReport } from "../domain/window.ts";
import { AppError, fieldRefusal } from "../errors.ts";
import type { Gerrit } from "../gerrit/client.ts";
import type { DeploymentWindow } from "../contract/window.ts";
import { readWindow } from "./read-window.ts";
import { resolveChanges } from "./resolve-changes.ts";
import { lockOpenWindow } from "./windows.ts";

type Context = { db: Database; gerrit: Gerrit; gerritUrl: string };
type ItemOf = { windowId: number; itemId: number };

/** All of them or none. @throws AppError not_found, window_closed, changes_refused, unacceptable_value, gerrit_…. */
export async function addWindowItems(
  { db, gerrit, gerritUrl }: Context,
  user: User,
  {
    windowId,
    changes: entries,
    author,
  }: { windowId: number; changes: readonly string[]; author: string | undefined },
): Promise<DeploymentWindow> {
  const { changes, refused } = await resolveChanges(gerrit, gerritUrl, entries);
  await transaction(db, async (tx) => {
    const window = await lockOpenWindow(tx, windowId);
    if (window.isOver) throw new AppError("window_closed", { detail: "It is over. Nothing was added." });
    const known = await listItems(tx, windowId);
    const listed = changes.filter(({ number }) => known.some((item) => item.number === number));
    const allRefused = [
      ...refused,
      ...listed.map(({ number }) => ({
        input: String(number),
        reason: `Change ${number} is in this window already.`,
      })),
    ];
    if (allRefused.length > 0) {
      throw new AppError("changes_refused", { detail: "Nothing was added.", extra: { refused: allRefused } });
    }
    if (known.length + changes.length > WINDOW_ITEMS_MAX) {
      throw fieldRefusal("unacceptable_value", {
        field: "changes",
        detail: `A window has at most ${WINDOW_ITEMS_MAX} changes.`,
      });
    }
    for (const change of changes) {
      await insertItem(tx, windowId, { change, author: author ?? change.owner, addedBy: user.name });
      await appendWindowEvent(tx, windowId, {
        kind: "change_added",
        actor: user.name,
        data: { change: change.number },
      });
    }
    await requestCheck(tx, windowId);
  });
  return readWindow(db, windowId);
}

/** @throws AppError not_found, window_closed, window_item_in_progress when a job contains the change. */
export async function removeWindowItem({ db }: { db: Database }, user: User, item: ItemOf): Promise<void> {
  await transaction(db, async (tx) => {
    const row = await lockItem(tx, item);
    const job = await findLatestJob(tx, item.windowId, row);
    if (job !== undefined) {
      throw new AppError("window_item_in_progress", { detail: `It is job ${job.id}. Nothing was removed.` });
    }
    await removeItem(tx, row.id, user.name);
    await recordItem(tx, item.windowId, "change_removed", user, row);
  });
}

/** @throws AppError not_found, window_closed, order_changed when `before` was removed. */
export async function moveWindowItem(
  { db }: { db: Database },
  user: User,
  { before, ...item }: ItemOf & { before: number | null },
): Promise<DeploymentWindow> {
  await transaction(db, async (tx) => {
    const row = await lockItem(tx, item);
    const known = await listItems(tx, item.windowId);
    const order = movedBefore(
      known.map(({ id }) => id),
      row.id,
      before,
    );
    if (order === undefined) {
      throw new AppError("order_changed", { detail: "That change was removed. Nothing was moved." });
    }
    await orderItems(tx, order);
    await recordItem(tx, item.windowId, "change_moved", user, row);
  });
  return readWindow(db, item.windowId);
}

const REPORT_EVENTS = { tested: "change_tested", absent: "author_absent" } as const satisfies Record<
  WindowReport,
  WindowEventKind
>;

/** @throws AppError not_found, window_closed, not_permitted, nothing_to_test when no job of the change runs. */
export async function reportOnWindowItem(
  { db }: { db: Database },
  user: User,
  { report, ...item }: ItemOf & { report: WindowReport | null },
): Promise<DeploymentWindow> {
  await transaction(db, async (tx) => {
    const row = await lockItem(tx, item);
    if (!mayReportOn(user, row)) {
      throw new AppError("not_permitted", {
        detail: "Only the author of the change and deployers can say this.",
      });
    }
    const job = report === "tested" ? await findLatestJob(tx, item.windowId, row) : undefined;
    if (report === "tested" && (job === undefined || !isLive(job.state))) {
      throw new AppError("nothing_to_test", { detail: "No deployment of the change is in progress." });
    }
    await storeReport(tx, row.id, { report, by: user.name, jobId: job?.id ?? null });
    await recordItem(
      tx,
      item.windowId,
      report === null ? "report_withdrawn" : REPORT_EVENTS[report],
      user,
      row,
    );
  });
  return readWindow(db, item.windowId);
}

async function recordItem(
  tx: Transaction,
  windowId: number,
  kind: WindowEventKind,
  user: User,
  { number }: ItemRow,
): Promise<void> {
  await appendWindowEvent(tx, windowId, { kind, actor: user.name, data: { change: number } });
}

/** Locks the window. @throws AppError not_found, window_closed. */
async function lockItem(tx: Transaction, { windowId, itemId }: ItemOf): Promise<ItemRow> {
  await lockOpenWindow(tx, windowId);
  const items = await listItems(tx, windowId);
  const found = items.find(({ id }) => id === itemId);
  if (found === undefined) {
    throw new AppError("not_found", { detail: "The change is no longer in this window." });
  }
  return found;
}
