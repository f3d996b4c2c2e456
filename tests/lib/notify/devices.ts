// People with devices that receive push messages, as rows: the tests of lib/web have real sign-ins.
import { randomUUID } from "node:crypto";
import { type Database, query } from "#lib/db/connection.ts";
import type { NotificationSettings } from "#lib/domain/notification.ts";
import type { Role, User } from "#lib/domain/permission.ts";
import type { Browser } from "./push-receiver.ts";

export type Person = User & { sessionId: string };

/** An account with a session. */
export async function aPerson(
  db: Database,
  name: string,
  { role = "deployer" as Role, demo = false } = {},
): Promise<Person> {
  const [id, sessionId] = [randomUUID(), randomUUID()];
  await query(
    db,
    `insert into auth."user" (id, username, name, email, role, demo) values ($1, $2, $2, $2 || '@x.invalid', $3, $4)`,
    [id, name, role, demo],
  );
  await query(
    db,
    `insert into auth.session (id, user_id, token, expires_at, sign_in_method)
     values ($1, $2, $1, now() + interval '1 day', 'password')`,
    [sessionId, id],
  );
  return { id, name, role, sessionId };
}

export async function aDevice(db: Database, person: Person, browser: Browser): Promise<number> {
  const [device] = await query<{ id: number }>(
    db,
    "insert into notification.device (session_id, endpoint, p256dh, auth_secret) values ($1, $2, $3, $4) returning id",
    [person.sessionId, browser.endpoint, browser.keys.p256dh, browser.keys.auth],
  );
  if (device === undefined) throw new Error("the device was not inserted");
  return device.id;
}

export async function withSettings(
  db: Database,
  person: Person,
  {
    jobs = "mine",
    jobEnded = true,
    reminderMinutes = null,
    quietHours = null,
  }: Partial<NotificationSettings>,
): Promise<void> {
  await query(
    db,
    `insert into notification.settings (user_id, jobs, job_ended, reminder_minutes, quiet_hours)
     values ($1, $2, $3, $4, $5)`,
    [person.id, jobs, jobEnded, reminderMinutes, quietHours],
  );
}
