import {
  addDevice,
  changeNotificationSettings,
  removeDevice,
  setWatch,
  testDevice,
} from "#lib/actions/notifications.ts";
import { config } from "#lib/config.ts";
import { AppError } from "#lib/errors.ts";
import { loadNotifications } from "#lib/web/loaders.ts";
import { createSender, endpointRules } from "#lib/notify/notifier.ts";
import type { Handlers } from "#lib/web/router.ts";
import { services } from "#lib/web/services.ts";

export const notificationHandlers = {
  readNotifications: ({ user }) => loadNotifications(user),
  saveNotificationSettings: ({ user, body }) => changeNotificationSettings(services(), user, body),
  addDevice: async ({ user, body }) => {
    // A device belongs to the session of its browser, with which it is removed. The permission excludes API tokens.
    if (user.session === undefined) throw new AppError("not_permitted");
    const context = { db: services().db, rules: endpointRules(config()) };
    return addDevice(context, user, { ...body, sessionId: user.session.id });
  },
  removeDevice: ({ user, params }) => removeDevice(services(), user, params.id),
  testDevice: ({ user, params }) =>
    testDevice({ db: services().db, send: createSender(services().db, config()) }, user, params.id),
  setJobWatch: ({ user, params, body }) =>
    setWatch(services(), user, { jobId: params.id, isWatching: body.isWatching }),
} satisfies Partial<Handlers>;
