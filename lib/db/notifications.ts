// Notification settings, watched jobs and devices: what a person sets, and the page shows.
import type { NotificationSettings, NotifiedJobs, QuietHours } from "../domain/notification.ts";
import { type Database, query, type Transaction } from "./connection.ts";
import {
  boolean,
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

const SETTINGS = statement(
  {
    jobs: textOf<NotifiedJobs>(),
    jobEnded: boolean,
    reminderMinutes: nullable(integer),
    quietHours: nullable(jsonb<QuietHours>()),
  },
  `select jobs::text as jobs, job_ended as "jobEnded", reminder_minutes as "reminderMinutes", quiet_hours as "quietHours"
   from notification.settings
   where user_id = $1`,
);

/** Undefined if the person never changed them. */
export async function findNotificationSettings(
  db: Database,
  userId: string,
): Promise<NotificationSettings | undefined> {
  return firstRow(db, SETTINGS, [userId]);
}

export async function saveNotificationSettings(
  tx: Transaction,
  userId: string,
  { jobs, jobEnded, reminderMinutes, quietHours }: NotificationSettings,
): Promise<void> {
  await tx.execute(
    `insert into notification.settings (user_id, jobs, job_ended, reminder_minutes, quiet_hours)
     values ($1, $2, $3, $4, $5)
     on conflict (user_id) do update
     set jobs = excluded.jobs, job_ended = excluded.job_ended, reminder_minutes = excluded.reminder_minutes,
         quiet_hours = excluded.quiet_hours`,
    [userId, jobs, jobEnded, reminderMinutes, quietHours],
  );
}

const WATCH = { jobId: integer, isWatching: boolean };
export type Watch = RowOf<typeof WATCH>;

const WATCHES = statement(
  WATCH,
  `select w.job_id as "jobId", w.is_watching as "isWatching"
   from notification.watch w
   join spiderpig.job j on j.id = w.job_id
   where w.user_id = $1 and j.finished_at is null
   order by w.job_id`,
);

/** What the person chose for jobs that have not ended. */
export async function listWatches(db: Database, userId: string): Promise<Watch[]> {
  return rows(db, WATCHES, [userId]);
}

export async function saveWatch(
  tx: Transaction,
  userId: string,
  { jobId, isWatching }: Watch,
): Promise<void> {
  await tx.execute(
    `insert into notification.watch (user_id, job_id, is_watching) values ($1, $2, $3)
     on conflict (user_id, job_id) do update set is_watching = excluded.is_watching`,
    [userId, jobId, isWatching],
  );
}

const DEVICE = {
  id: integer,
  endpoint: text,
  userAgent: nullable(text),
  createdAt: timestamptz,
};
export type Device = RowOf<typeof DEVICE>;

const DEVICES = statement(
  DEVICE,
  `select d.id, d.endpoint, e.user_agent as "userAgent", d.created_at as "createdAt"
   from notification.device d
   join auth.session e on e.id = d.session_id
   where e.user_id = $1 and e.expires_at > now()
   order by d.id`,
);

export async function listDevices(db: Database, userId: string): Promise<Device[]> {
  return rows(db, DEVICES, [userId]);
}

const PUSH_DEVICE_COLUMNS = { endpoint: text, p256dh: text, authSecret: text };

const PUSH_DEVICE = statement(
  PUSH_DEVICE_COLUMNS,
  `select d.endpoint, d.p256dh, d.auth_secret as "authSecret"
   from notification.device d
   join auth.session e on e.id = d.session_id
   where d.id = $2 and e.user_id = $1 and e.expires_at > now()`,
);

/** What is needed to send to a device of this person. */
export async function findPushDevice(
  db: Database,
  userId: string,
  id: number,
): Promise<RowOf<typeof PUSH_DEVICE_COLUMNS> | undefined> {
  return firstRow(db, PUSH_DEVICE, [userId, id]);
}

const INSERT_DEVICE = statement(
  { id: integer },
  `insert into notification.device as d (session_id, endpoint, p256dh, auth_secret) values ($1, $2, $3, $4)
   on conflict (endpoint) do update
   set session_id = excluded.session_id, p256dh = excluded.p256dh, auth_secret = excluded.auth_secret
   returning d.id`,
);

/** A browser has one subscription: if another account used it before, that one loses it. */
export async function insertDevice(
  tx: Transaction,
  device: { sessionId: string; endpoint: string; p256dh: string; authSecret: string },
): Promise<{ id: number }> {
  const { sessionId, endpoint, p256dh, authSecret } = device;
  return onlyRow(tx, INSERT_DEVICE, [sessionId, endpoint, p256dh, authSecret]);
}

/** Deletes the oldest devices of the person above this number. */
export async function limitDevices(tx: Transaction, userId: string, max: number): Promise<void> {
  await tx.execute(
    `delete from notification.device
     where id in (
         select d.id
         from notification.device d
         join auth.session e on e.id = d.session_id
         where e.user_id = $1
         order by d.id desc
         offset $2)`,
    [userId, max],
  );
}

/** Deletes a device of this person, if there is one with this number. */
export async function deleteDevice(tx: Transaction, userId: string, id: number): Promise<void> {
  await tx.execute(
    `delete from notification.device d
     using auth.session e
     where d.id = $2 and e.id = d.session_id and e.user_id = $1`,
    [userId, id],
  );
}

const HAS_RECIPIENTS = statement(
  { hasRecipients: boolean },
  `select exists (select from notification.device)
       or exists (select from notification.webhook where disabled_at is null) as "hasRecipients"`,
);

/** Whether there is a device or a webhook to send anything to. */
export async function hasRecipients(tx: Transaction): Promise<boolean> {
  return (await onlyRow(tx, HAS_RECIPIENTS)).hasRecipients;
}

const WAITING_JOBS = statement(
  { jobId: integer },
  `select job_id as "jobId" from spiderpig.interaction where state = 'pending' order by job_id`,
);

export async function listWaitingJobs(tx: Transaction): Promise<number[]> {
  return (await rows(tx, WAITING_JOBS)).map(({ jobId }) => jobId);
}

/** How long what was sent and watched is kept after the end of the job. */
const KEPT_DAYS = 30;

/** Deletes what is not needed any more: rows of jobs that ended long ago, devices of expired sessions, and old deliveries. */
export async function deleteOldNotifications(db: Database): Promise<void> {
  for (const table of ["delivery", "watch"]) {
    await query(
      db,
      `delete from notification.${table} t
       using spiderpig.job j
       where j.id = t.job_id and j.finished_at < now() - interval '${KEPT_DAYS} days'`,
    );
  }
  await query(
    db,
    `delete from notification.device d
     using auth.session e
     where e.id = d.session_id and e.expires_at < now()`,
  );
  await query(
    db,
    `delete from notification.webhook_delivery where created_at < now() - interval '${KEPT_DAYS} days'`,
  );
}
