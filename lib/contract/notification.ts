// Notifications of the account that sends the request: settings, devices, and watched jobs.
import { z } from "zod";
import { isTimeZone, NOTIFIED_JOBS } from "../domain/notification.ts";
import { empty, type Endpoint, json } from "./endpoint.ts";
import { id, idText, jobParams, time } from "./fields.ts";

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "Expected a time such as 22:00");

const REMINDER_MINUTES_MAX = 24 * 60;

const settingsFields = {
  /** A job that the account watches, or stopped watching, is an exception. */
  jobs: z.enum(NOTIFIED_JOBS),
  jobEnded: z.boolean(),
  reminderMinutes: z.int().min(1).max(REMINDER_MINUTES_MAX).nullable(),
};
const quietHours = {
  from: timeOfDay,
  to: timeOfDay,
  timeZone: z.string().max(100).refine(isTimeZone, "Expected a time zone such as Europe/Berlin"),
};

export const notificationSettings = z.object({
  ...settingsFields,
  quietHours: z.object(quietHours).nullable(),
});

export const notificationSettingsRequest = z.strictObject({
  ...settingsFields,
  quietHours: z
    .strictObject(quietHours)
    .refine(({ from, to }) => from !== to, { path: ["to"], message: "Must differ from the start" })
    .nullable(),
});

export const jobWatch = z.object({ jobId: id, isWatching: z.boolean() });

export const jobWatchRequest = z.strictObject({ isWatching: z.boolean() });

export const notificationDevice = z.object({
  id,
  endpoint: z.string(),
  /** The User-Agent of the browser when it signed in; null for a program. */
  userAgent: z.string().nullable(),
  createdAt: time,
});

export const notificationState = z.object({
  /** The `applicationServerKey` to subscribe with. */
  publicKey: z.string(),
  settings: notificationSettings,
  /** Jobs that have not ended. */
  watches: z.array(jobWatch),
  devices: z.array(notificationDevice),
});
export type NotificationState = z.infer<typeof notificationState>;

/** A `PushSubscription` of a browser. */
export const addDeviceRequest = z.strictObject({
  endpoint: z.string().max(2000),
  keys: z.strictObject({ p256dh: z.string().max(200), auth: z.string().max(100) }),
});

export const deviceAdded = z.object({ id });

export const notificationEndpoints = {
  readNotifications: {
    method: "GET",
    path: "/api/account/notifications",
    summary: "Get the notification settings, the watched jobs and the devices of the account.",
    permission: "view",
    response: json(notificationState, 200),
  },
  saveNotificationSettings: {
    method: "PUT",
    path: "/api/account/notifications",
    summary: "Replace the notification settings of the account.",
    permission: "view",
    body: notificationSettingsRequest,
    response: empty,
  },
  addDevice: {
    method: "POST",
    path: "/api/account/devices",
    summary: "Send notifications to a push subscription, until the session ends.",
    permission: "manage_own_account",
    body: addDeviceRequest,
    response: json(deviceAdded, 201),
  },
  removeDevice: {
    method: "DELETE",
    path: "/api/account/devices/{id}",
    summary: "Stop notifications on a device. Succeeds also if it is removed already.",
    permission: "view",
    params: z.object({ id: idText }),
    response: empty,
  },
  testDevice: {
    method: "POST",
    path: "/api/account/devices/{id}/test",
    summary: "Send a test notification to a device. Succeeds when its push service has accepted it.",
    permission: "view",
    params: z.object({ id: idText }),
    response: empty,
    problems: ["push_failed"],
  },
  setJobWatch: {
    method: "PUT",
    path: "/api/jobs/{id}/watch",
    summary: "Watch a job, or stop watching it. Takes precedence over the notification settings.",
    permission: "view",
    params: jobParams,
    body: jobWatchRequest,
    response: empty,
  },
} as const satisfies Record<string, Endpoint>;
