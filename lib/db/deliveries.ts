// What was sent to each device about a job. A process claims a delivery before it sends: of two that planned the same, one
// sends, and the other plans again.
import type { Notice, NotifiedJobs, Push, QuietHours } from "../domain/notification.ts";
import type { Role } from "../domain/permission.ts";
import { IS_SSO_CONFIRMED } from "./accounts.ts";
import { type Database, query } from "./connection.ts";
import { interactionKind, jobState, reached } from "./enums.ts";
import {
  boolean,
  enumOf,
  firstRow,
  integer,
  nullable,
  type RowOf,
  rows,
  statement,
  text,
  timestamptz,
  jsonb,
  textOf,
} from "./statement.ts";

const NOTIFIED_JOB = {
  state: enumOf(jobState),
  responsible: text,
  requestedBy: text,
  kind: text,
  reached: enumOf(reached),
  isPolicyOverridden: boolean,
  finishedAt: nullable(timestamptz),
  questionId: nullable(integer),
  questionKind: nullable(enumOf(interactionKind)),
  message: nullable(text),
  askedAt: nullable(timestamptz),
  now: timestamptz,
};

const JOB = statement(
  NOTIFIED_JOB,
  `select j.state, j.requested_by as "requestedBy", coalesce(j.responsible, j.requested_by) as responsible,
          j.kind, j.reached, j.policy_override is not null as "isPolicyOverridden",
          j.finished_at as "finishedAt", i.id as "questionId",
          i.kind as "questionKind", i.message, i.asked_at as "askedAt", now() as now
   from spiderpig.job j
   left join spiderpig.interaction i on i.job_id = j.id and i.state = 'pending'
   where j.id = $1`,
);

/** The job with its open question, and the time of the database. */
export async function findNotifiedJob(
  db: Database,
  jobId: number,
): Promise<RowOf<typeof NOTIFIED_JOB> | undefined> {
  return firstRow(db, JOB, [jobId]);
}

const TARGET = {
  deviceId: integer,
  endpoint: text,
  p256dh: text,
  authSecret: text,
  userName: text,
  role: textOf<Role>(),
  demo: boolean,
  sso: boolean,
  isSsoConfirmed: boolean,
  jobs: nullable(textOf<NotifiedJobs>()),
  jobEnded: nullable(boolean),
  reminderMinutes: nullable(integer),
  quietHours: nullable(jsonb<QuietHours>()),
  isWatching: nullable(boolean),
  version: integer,
  isClaimed: boolean,
  notice: nullable(textOf<Notice>()),
  interactionId: nullable(integer),
  reminders: integer,
  sentAt: nullable(timestamptz),
  failures: integer,
  retryAt: nullable(timestamptz),
};
export type PushTarget = RowOf<typeof TARGET>;

const TARGETS = statement(
  TARGET,
  `select d.id as "deviceId", d.endpoint, d.p256dh, d.auth_secret as "authSecret", u.username as "userName", u.role::text as role,
          u.demo, u.sso, ${IS_SSO_CONFIRMED} as "isSsoConfirmed", s.jobs::text as jobs, s.job_ended as "jobEnded", s.reminder_minutes as "reminderMinutes",
          s.quiet_hours as "quietHours", w.is_watching as "isWatching", coalesce(l.version, 0) as version,
          coalesce(l.claimed_until > now(), false) as "isClaimed", l.notice::text as notice, l.interaction_id as "interactionId",
          coalesce(l.reminders, 0) as reminders, l.sent_at as "sentAt", coalesce(l.failures, 0) as failures,
          l.retry_at as "retryAt"
   from notification.device d
   join auth.session e on e.id = d.session_id and e.expires_at > now()
   join auth."user" u on u.id = e.user_id and not u.disabled
   left join notification.settings s on s.user_id = u.id
   left join notification.watch w on w.user_id = u.id and w.job_id = $1
   left join notification.delivery l on l.device_id = d.id and l.job_id = $1
   order by d.id`,
);

/** All devices of accounts that are enabled, with what was sent to them about this job. */
export async function listPushTargets(db: Database, jobId: number): Promise<PushTarget[]> {
  return rows(db, TARGETS, [jobId]);
}

/** Longer than the push service is waited for. After a crash another process may send when it has passed. */
const CLAIM_SECONDS = 30;

const CLAIM = statement(
  { version: integer },
  `insert into notification.delivery as l (device_id, job_id, version, claimed_until)
   select d.id, $2, 1, now() + interval '${CLAIM_SECONDS} seconds'
   from notification.device d
   where d.id = $1
   on conflict (device_id, job_id) do update
   set version = l.version + 1, claimed_until = excluded.claimed_until
   where l.version = $3 and (l.claimed_until is null or l.claimed_until <= now())
   returning l.version`,
);

/**
 * @param version that the plan was made for.
 * @returns the version to record the result for; undefined if another process was first, or the device is gone.
 */
export async function claimDelivery(
  db: Database,
  jobId: number,
  { deviceId, version }: { deviceId: number; version: number },
): Promise<number | undefined> {
  return (await firstRow(db, CLAIM, [deviceId, jobId, version]))?.version;
}

/** The push service has accepted it. */
export async function recordSent(
  db: Database,
  jobId: number,
  claimed: { deviceId: number; version: number },
  push: Push,
): Promise<void> {
  await query(
    db,
    `update notification.delivery
     set notice = $4, interaction_id = $5, reminders = $6, sent_at = now(), failures = 0, retry_at = null,
         claimed_until = null
     where device_id = $1 and job_id = $2 and version = $3`,
    [
      claimed.deviceId,
      jobId,
      claimed.version,
      push.notice,
      push.notice === "ended" ? null : push.interactionId,
      push.notice === "question" ? push.reminders : 0,
    ],
  );
}

/** The push service has not accepted it: it is tried again after the delay. */
export async function recordFailure(
  db: Database,
  jobId: number,
  claimed: { deviceId: number; version: number },
  delayMs: number,
): Promise<void> {
  await query(
    db,
    `update notification.delivery
     set failures = failures + 1, retry_at = now() + $4::double precision * interval '1 millisecond',
         claimed_until = null
     where device_id = $1 and job_id = $2 and version = $3`,
    [claimed.deviceId, jobId, claimed.version, delayMs],
  );
}

/** The push service reports that the subscription no longer exists. */
export async function deleteGoneDevice(db: Database, id: number, endpoint: string): Promise<void> {
  await query(db, "delete from notification.device where id = $1 and endpoint = $2", [id, endpoint]);
}

const VAPID_KEY = statement(
  { publicKey: text, privateKey: text },
  `select public_key as "publicKey", private_key as "privateKey" from notification.vapid_key`,
);

/** The key pair that the migration created. */
export async function findVapidKey(
  db: Database,
): Promise<{ publicKey: string; privateKey: string } | undefined> {
  return firstRow(db, VAPID_KEY);
}

/** For the migration, which runs on a connection of its own. Does nothing if there is one. */
export const INSERT_VAPID_KEY =
  "insert into notification.vapid_key (public_key, private_key) values ($1, $2) on conflict do nothing";
