// What a person sets about notifications. Each change also checks the jobs that wait for input: a new device gets their
// questions, and one that the person no longer wants is withdrawn.
import { type Database, transaction } from "../db/connection.ts";
import { lockJob } from "../db/jobs.ts";
import {
  deleteDevice,
  findNotificationSettings,
  insertDevice,
  limitDevices,
  listDevices,
  listWatches,
  saveNotificationSettings,
  saveWatch,
} from "../db/notifications.ts";
import { DEFAULT_NOTIFICATION_SETTINGS, type NotificationSettings } from "../domain/notification.ts";
import type { User } from "../domain/permission.ts";
import { AppError, fieldRefusal } from "../errors.ts";
import { arePushKeys } from "../notify/encrypt-push.ts";
import { endpointIssue, type EndpointRules } from "../notify/endpoint.ts";
import { sendPush, sendPushes } from "../queue/send.ts";
import type { NotificationState } from "../contract/notification.ts";

/** More than a person has; the oldest are removed. */
const DEVICES_MAX = 10;

export async function readNotifications(
  context: { db: Database; publicKey: string },
  user: User,
): Promise<NotificationState> {
  const { db, publicKey } = context;
  const [settings, watches, devices] = await Promise.all([
    findNotificationSettings(db, user.id),
    listWatches(db, user.id),
    listDevices(db, user.id),
  ]);
  return {
    publicKey,
    settings: settings ?? DEFAULT_NOTIFICATION_SETTINGS,
    watches,
    devices: devices.map((device) => ({ ...device, createdAt: device.createdAt.toISOString() })),
  };
}

export async function changeNotificationSettings(
  { db }: { db: Database },
  user: User,
  settings: NotificationSettings,
): Promise<void> {
  await transaction(db, async (tx) => {
    await saveNotificationSettings(tx, user.id, settings);
    await sendPushes(tx);
  });
}

/**
 * @param sessionId the device is removed when this session ends.
 * @throws AppError unacceptable_value for an endpoint that requests must not be sent to, and for invalid keys.
 */
export async function addDevice(
  { db, rules }: { db: Database; rules: EndpointRules },
  user: User,
  given: { sessionId: string; endpoint: string; keys: { p256dh: string; auth: string } },
): Promise<{ id: number }> {
  const { sessionId, endpoint, keys } = given;
  const issue = endpointIssue(endpoint, rules);
  if (issue !== undefined) throw fieldRefusal("unacceptable_value", { field: "endpoint", detail: issue });
  const device = { sessionId, endpoint, p256dh: keys.p256dh, authSecret: keys.auth };
  if (!arePushKeys(device)) {
    throw fieldRefusal("unacceptable_value", {
      field: "keys",
      detail: "They are not the keys of a push subscription.",
    });
  }
  return transaction(db, async (tx) => {
    const { id } = await insertDevice(tx, device);
    await limitDevices(tx, user.id, DEVICES_MAX);
    await sendPushes(tx);
    return { id };
  });
}

export async function removeDevice({ db }: { db: Database }, user: User, id: number): Promise<void> {
  await transaction(db, (tx) => deleteDevice(tx, user.id, id));
}

/** @throws AppError job_not_found. */
export async function setWatch(
  { db }: { db: Database },
  user: User,
  watch: { jobId: number; isWatching: boolean },
): Promise<void> {
  await transaction(db, async (tx) => {
    if ((await lockJob(tx, watch.jobId)) === undefined) throw new AppError("job_not_found");
    await saveWatch(tx, user.id, watch);
    await sendPush(tx, watch.jobId);
  });
}
