// Creates and cancels windows. A weekly series creates its windows some weeks ahead, so that each has a page and changes can be
// added to it.
import { type Database, transaction } from "../db/connection.ts";
import { readTime } from "../db/time.ts";
import {
  cancelWindow as cancelRow,
  appendWindowEvent,
  endSeries,
  insertSeries,
  insertWindow,
  lockActiveSeries,
  lockEmptyWindowsAfter,
  lockWindow,
  type NewWindow,
  type WindowRow,
} from "../db/windows.ts";
import type { Transaction } from "../db/connection.ts";
import type { User } from "../domain/permission.ts";
import { weeklyTimes } from "../domain/window.ts";
import { AppError, fieldRefusal } from "../errors.ts";
import type { DeploymentWindow } from "../contract/window.ts";
import { readWindow } from "./read-window.ts";

type Context = { db: Database };

/** @returns the window, the first one of a series. @throws AppError unacceptable_value when it would be over already. */
export async function createWindow(
  { db }: Context,
  user: User,
  wanted: { title: string; lane: string; startsAt: string; endsAt: string; isWeekly: boolean },
): Promise<DeploymentWindow> {
  const { title, lane, isWeekly } = wanted;
  const times = { startsAt: new Date(wanted.startsAt), endsAt: new Date(wanted.endsAt) };
  const now = await readTime(db);
  if (times.endsAt <= now) {
    throw fieldRefusal("unacceptable_value", {
      field: "endsAt",
      detail: "The end of the window is in the past.",
    });
  }
  const window = { ...times, title, lane, createdBy: user.name };
  const id = await transaction(db, async (tx) => {
    const seriesId = isWeekly ? await insertSeries(tx, window) : null;
    const first = await insertWindow(tx, { ...window, seriesId });
    if (seriesId !== null) await insertWeeks(tx, { ...window, id: seriesId }, now);
    return first;
  });
  if (id === undefined) throw new Error("a new series already had a window");
  return readWindow(db, id);
}

/** Creates the windows of all series that are due. Idempotent; several processes may do it at the same time. */
export async function extendSeries(db: Database): Promise<void> {
  const now = await readTime(db);
  await transaction(db, async (tx) => {
    for (const series of await lockActiveSeries(tx)) await insertWeeks(tx, series, now);
  });
}

async function insertWeeks(tx: Transaction, series: NewWindow & { id: number }, now: Date): Promise<void> {
  const { title, lane, createdBy, id: seriesId } = series;
  for (const times of weeklyTimes(series, now)) {
    await insertWindow(tx, { ...times, title, lane, createdBy, seriesId });
  }
}

/** @throws AppError not_found, window_closed. */
export async function cancelWindow({ db }: Context, user: User, id: number): Promise<DeploymentWindow> {
  await transaction(db, async (tx) => {
    await lockOpenWindow(tx, id);
    await cancelRow(tx, id, user.name);
  });
  return readWindow(db, id);
}

/**
 * Ends the series of the window. Later windows that people have added changes to stay: their authors rely on them.
 * @throws AppError not_found, also when it belongs to no series; window_closed when the series has ended.
 */
export async function endWindowSeries({ db }: Context, user: User, id: number): Promise<DeploymentWindow> {
  await transaction(db, async (tx) => {
    const { seriesId, startsAt } = await requireWindow(tx, id);
    if (seriesId === null) throw new AppError("not_found", { detail: "This window belongs to no series." });
    if (!(await endSeries(tx, seriesId, user.name))) {
      throw new AppError("window_closed", { detail: "The series was ended before." });
    }
    for (const later of await lockEmptyWindowsAfter(tx, seriesId, startsAt)) {
      await cancelRow(tx, later, user.name);
    }
    await appendWindowEvent(tx, id, { kind: "series_ended", actor: user.name });
  });
  return readWindow(db, id);
}

/** Locks a window that is not cancelled. @throws AppError not_found, window_closed. */
export async function lockOpenWindow(tx: Transaction, id: number): Promise<WindowRow> {
  const window = await requireWindow(tx, id);
  if (window.cancelledBy !== null) {
    throw new AppError("window_closed", {
      detail: `${window.cancelledBy} cancelled it. Nothing was changed.`,
    });
  }
  return window;
}

async function requireWindow(tx: Transaction, id: number): Promise<WindowRow> {
  const window = await lockWindow(tx, id);
  if (window === undefined) throw new AppError("not_found", { detail: `There is no window ${id}.` });
  return window;
}
