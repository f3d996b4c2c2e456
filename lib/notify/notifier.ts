// The part of a web process that sends notifications to devices and webhooks: it handles the messages about jobs and deliveries
// (lib/queue), and schedules the next check of a job. Web processes send, because hosts with workers may have no access to the internet.
import { type Config, requireSetting } from "../config.ts";
import type { Database } from "../db/connection.ts";
import { findVapidKey } from "../db/deliveries.ts";
import { deleteOldNotifications } from "../db/notifications.ts";
import type { Policy } from "../domain/policy.ts";
import type { Log } from "../log.ts";
import { type Consumer, startNotificationConsumer } from "../queue/consume.ts";
import { sendPushAt } from "../queue/send.ts";
import { deliverWebhook, type WebhookContext } from "./deliver-webhook.ts";
import { type EndpointRules } from "./endpoint.ts";
import { notifyDevices, type NotifyContext } from "./notify-devices.ts";
import { planJobWebhooks } from "./plan-webhooks.ts";
import { createPushSender, type PushSender } from "./push-service.ts";
import type { VapidKey } from "./vapid.ts";
import { createWebhookSender } from "./webhook-sender.ts";

type PushSettings = Pick<Config, "pushProxy" | "sandboxDir" | "vapidKey" | "vapidSubject">;
type WebhookSettings = Pick<Config, "publicUrl" | "sessionSecret" | "webhookNetworks">;
type NotifierSettings = PushSettings & WebhookSettings;

const CLEANUP_INTERVAL_MS = 3_600_000;

/** @throws AppError database_unreachable: it can be started again. */
export async function startNotifier(options: {
  db: Database;
  databaseUrl: string;
  log: Log;
  policy: Policy;
  isAdmitted: NotifyContext["isAdmitted"];
  settings: NotifierSettings;
}): Promise<Consumer> {
  const { db, databaseUrl, log, policy, isAdmitted, settings } = options;
  const context = {
    db,
    log,
    isAdmitted,
    policy,
    send: createSender(db, settings),
  };
  const webhooks = createWebhookContext(db, log, settings);
  const devices = async (jobId: number) => {
    const checkAt = await notifyDevices(context, jobId);
    if (checkAt !== undefined) await sendPushAt(db, jobId, checkAt);
  };
  const consumer = await startNotificationConsumer({
    db,
    databaseUrl,
    log,
    handlers: {
      async job(jobId) {
        await planJobWebhooks(db, jobId);
        await devices(jobId);
      },
      devices,
      webhookDelivery: (id) => deliverWebhook(webhooks, id),
    },
  });
  const stopCleanup = startCleanup(db, log);
  return {
    stop: () => {
      stopCleanup();
      return consumer.stop();
    },
  };
}

/** In web processes and not in workers, whose database role does not reach devices and sessions. */
function startCleanup(db: Database, log: Log): () => void {
  const cleanUp = () => {
    deleteOldNotifications(db).catch((error: unknown) => {
      log.warn("notifications: old rows could not be deleted", { error });
    });
  };
  cleanUp();
  const timer = setInterval(cleanUp, CLEANUP_INTERVAL_MS);
  timer.unref();
  return () => clearInterval(timer);
}

export function createWebhookContext(db: Database, log: Log, settings: WebhookSettings): WebhookContext {
  const { publicUrl, webhookNetworks: networks } = settings;
  const sessionSecret = requireSetting(settings.sessionSecret, "SESSION_SECRET");
  return { db, log, sessionSecret, sendWebhook: createWebhookSender({ publicUrl, networks }) };
}

export function createSender(db: Database, settings: PushSettings): PushSender {
  return createPushSender({
    key: () => loadVapidKey(db, settings),
    subject: settings.vapidSubject,
    rules: endpointRules(settings),
    proxy: settings.pushProxy,
  });
}

/** The settings have precedence. @throws when the database has no pair either, because it was not migrated. */
export async function loadVapidKey(
  db: Database,
  { vapidKey }: Pick<PushSettings, "vapidKey">,
): Promise<VapidKey> {
  const key = vapidKey ?? (await findVapidKey(db));
  if (key === undefined) throw new Error("there is no VAPID key: run npm run migrate");
  return key;
}

export function endpointRules({ sandboxDir }: Pick<PushSettings, "sandboxDir">): EndpointRules {
  return { allowLoopback: sandboxDir !== undefined };
}
