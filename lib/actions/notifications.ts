// What a person sets about notifications. Each change also checks the jobs that wait for input: a new device gets their
// questions, and one that the person no longer wants is withdrawn.
import { type Database, transaction } from "../db/connection.ts";
import { deleteGoneDevice } from "../db/deliveries.ts";
import { lockJob } from "../db/jobs.ts";
import {
  deleteDevice,
  findNotificationSettings,
  findPushDevice,
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
import type { PushSender } from "../notify/push-service.ts";
import { sendNotification, sendNotifications } from "../queue/send.ts";
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
    await sendNotifications(tx);
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
    await sendNotifications(tx);
    return { id };
  });
}

export async function removeDevice({ db }: { db: Database }, user: User, id: number): Promise<void> {
  await transaction(db, (tx) => deleteDevice(tx, user.id, id));
}

/** Short: a test that arrives later says nothing about now. */
const TEST_TTL_SECONDS = 60;

/** @throws AppError not_found, push_failed. */
export async function testDevice(
  { db, send }: { db: Database; send: PushSender },
  user: User,
  id: number,
): Promise<void> {
  const device = await findPushDevice(db, user.id, id);
  if (device === undefined) throw new AppError("not_found");
  const message = { topic: "test", ttlSeconds: TEST_TTL_SECONDS, urgency: "high" } as const;
  const result = await send(device, { ...message, payload: { notice: "test" } });
  if (result.kind === "sent") return;
  if (result.kind === "gone") await deleteGoneDevice(db, id, device.endpoint);
  const detail =
    result.kind === "gone"
      ? "The subscription of this browser has ended. Turn notifications off and on again."
      : `Try again later. Reason: ${result.why}.`;
  throw new AppError("push_failed", { detail });
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
    await sendNotification(tx, watch.jobId);
  });
}
