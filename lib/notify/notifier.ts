// The part of a web process that sends notifications: it handles the messages about jobs (lib/queue), and schedules the next
// check of a job. Web processes send, because hosts with workers may have no access to the internet.
import type { Config } from "../config.ts";
import type { Database } from "../db/connection.ts";
import { findVapidKey } from "../db/deliveries.ts";
import { deleteOldNotifications } from "../db/notifications.ts";
import type { Policy } from "../domain/policy.ts";
import type { Log } from "../log.ts";
import { type Consumer, startPushConsumer } from "../queue/consume.ts";
import { sendPushAt } from "../queue/send.ts";
import { type EndpointRules } from "./endpoint.ts";
import { notifyDevices, type NotifyContext } from "./notify-devices.ts";
import { createPushSender, type PushSender } from "./push-service.ts";
import type { VapidKey } from "./vapid.ts";

type NotifierSettings = Pick<Config, "pushProxy" | "sandboxDir" | "vapidKey" | "vapidSubject">;

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
  const consumer = await startPushConsumer({
    db,
    databaseUrl,
    log,
    async handler({ jobId }) {
      const checkAt = await notifyDevices(context, jobId);
      if (checkAt !== undefined) await sendPushAt(db, jobId, checkAt);
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

export function createSender(db: Database, settings: NotifierSettings): PushSender {
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
  { vapidKey }: Pick<NotifierSettings, "vapidKey">,
): Promise<VapidKey> {
  const key = vapidKey ?? (await findVapidKey(db));
  if (key === undefined) throw new Error("there is no VAPID key: run npm run migrate");
  return key;
}

export function endpointRules({ sandboxDir }: Pick<NotifierSettings, "sandboxDir">): EndpointRules {
  return { allowLoopback: sandboxDir !== undefined };
}
