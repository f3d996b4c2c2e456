import { startWindowItems } from "#lib/actions/start-window-items.ts";
import {
  addWindowItems,
  moveWindowItem,
  removeWindowItem,
  reportOnWindowItem,
} from "#lib/actions/window-items.ts";
import { cancelWindow, createWindow, endWindowSeries } from "#lib/actions/windows.ts";
import { readWindow } from "#lib/actions/read-window.ts";
import { listWindows } from "#lib/db/windows.ts";
import { windowCalendar } from "#lib/web/window-calendar.ts";
import type { Handlers } from "#lib/web/router.ts";
import { services } from "#lib/web/services.ts";

export const windowHandlers = {
  listWindows: async ({ query }) => ({ windows: await listWindows(services().db, query.time, query.limit) }),
  exportWindows: () => windowCalendar(services().db),
  createWindow: ({ user, body }) => createWindow(services(), user, body),
  readWindow: ({ params }) => readWindow(services().db, params.id),
  cancelWindow: ({ user, params }) => cancelWindow(services(), user, params.id),
  endWindowSeries: ({ user, params }) => endWindowSeries(services(), user, params.id),
  addWindowItems: ({ user, params, body }) =>
    addWindowItems(services(), user, { windowId: params.id, changes: body.changes, author: body.author }),
  removeWindowItem: ({ user, params }) =>
    removeWindowItem(services(), user, { windowId: params.id, itemId: params.item }),
  moveWindowItem: ({ user, params, body }) =>
    moveWindowItem(services(), user, { windowId: params.id, itemId: params.item, before: body.before }),
  reportOnWindowItem: ({ user, params, body }) =>
    reportOnWindowItem(services(), user, { windowId: params.id, itemId: params.item, report: body.report }),
  startWindowItems: ({ user, params, body, idempotencyKey }) =>
    startWindowItems(services(), user, { windowId: params.id, itemIds: body.items }, idempotencyKey),
} satisfies Partial<Handlers>;
