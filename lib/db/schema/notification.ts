// Notifications: what people want to be notified of, the devices that receive push messages, and what was sent to each.
// A schema of its own, because none of it is history: rows are deleted, and people who query deployments cannot read them.
import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgSchema,
  primaryKey,
  text,
  unique,
} from "drizzle-orm/pg-core";
import { NOTICES, NOTIFIED_JOBS, type QuietHours } from "../../domain/notification.ts";
import { session, user } from "./auth.ts";
import { timestamptz } from "./base.ts";
import { job } from "./job.ts";

export const notification = pgSchema("notification");

export const notifiedJobs = notification.enum("notified_jobs", NOTIFIED_JOBS);
export const notice = notification.enum("notice", NOTICES);

export const settings = notification.table(
  "settings",
  {
    userId: text("user_id").notNull(),
    jobs: notifiedJobs("jobs").notNull(),
    jobEnded: boolean("job_ended").notNull(),
    reminderMinutes: integer("reminder_minutes"),
    quietHours: jsonb("quiet_hours").$type<QuietHours>(),
  },
  (t) => [
    primaryKey({ name: "settings_pkey", columns: [t.userId] }),
    foreignKey({ name: "settings_of_a_user", columns: [t.userId], foreignColumns: [user.id] }).onDelete(
      "cascade",
    ),
  ],
);

export const watch = notification.table(
  "watch",
  {
    userId: text("user_id").notNull(),
    jobId: integer("job_id").notNull(),
    isWatching: boolean("is_watching").notNull(),
  },
  (t) => [
    primaryKey({ name: "watch_pkey", columns: [t.userId, t.jobId] }),
    foreignKey({ name: "watch_of_a_user", columns: [t.userId], foreignColumns: [user.id] }).onDelete(
      "cascade",
    ),
    foreignKey({ name: "watch_of_a_job", columns: [t.jobId], foreignColumns: [job.id] }),
    index("watch_by_job").on(t.jobId),
  ],
);

export const device = notification.table(
  "device",
  {
    id: integer("id").generatedAlwaysAsIdentity().notNull(),
    /** Deleted with its session: by sign-out, when the account is disabled, and when its password changes. */
    sessionId: text("session_id").notNull(),
    endpoint: text("endpoint").notNull(),
    p256dh: text("p256dh").notNull(),
    authSecret: text("auth_secret").notNull(),
    createdAt: timestamptz("created_at").notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ name: "device_pkey", columns: [t.id] }),
    unique("device_endpoint_once").on(t.endpoint),
    foreignKey({
      name: "device_of_a_session",
      columns: [t.sessionId],
      foreignColumns: [session.id],
    }).onDelete("cascade"),
    index("device_by_session").on(t.sessionId),
  ],
);

export const delivery = notification.table(
  "delivery",
  {
    deviceId: integer("device_id").notNull(),
    jobId: integer("job_id").notNull(),
    /** Incremented when a process begins to send: of two that planned the same, one sends. */
    version: integer("version").notNull(),
    claimedUntil: timestamptz("claimed_until"),
    notice: notice("notice"),
    interactionId: integer("interaction_id"),
    reminders: integer("reminders").notNull().default(0),
    sentAt: timestamptz("sent_at"),
    failures: integer("failures").notNull().default(0),
    retryAt: timestamptz("retry_at"),
  },
  (t) => [
    primaryKey({ name: "delivery_pkey", columns: [t.deviceId, t.jobId] }),
    foreignKey({ name: "delivery_to_a_device", columns: [t.deviceId], foreignColumns: [device.id] }).onDelete(
      "cascade",
    ),
    foreignKey({ name: "delivery_of_a_job", columns: [t.jobId], foreignColumns: [job.id] }),
    check("sent_iff_noticed", sql`(${t.notice} is null) = (${t.sentAt} is null)`),
    index("delivery_by_job").on(t.jobId),
  ],
);

export const vapidKey = notification.table(
  "vapid_key",
  {
    /** The only row. */
    isOnly: boolean("is_only").notNull().default(true),
    publicKey: text("public_key").notNull(),
    privateKey: text("private_key").notNull(),
    createdAt: timestamptz("created_at").notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ name: "vapid_key_pkey", columns: [t.isOnly] }),
    check("one_vapid_key", sql`${t.isOnly}`),
  ],
);
