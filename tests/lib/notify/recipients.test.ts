// Who gets a notification, and when: what people set, what they may see, and reminders.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  addDevice,
  changeNotificationSettings,
  removeDevice,
  setWatch,
  testDevice,
} from "#lib/actions/notifications.ts";
import { query } from "#lib/db/connection.ts";
import { DEFAULT_NOTIFICATION_SETTINGS } from "#lib/domain/notification.ts";
import { NO_POLICY } from "#lib/domain/policy.ts";
import { loadVapidKey } from "#lib/notify/notifier.ts";
import { generateVapidKey } from "#lib/notify/vapid.ts";
import { aJob } from "../../seed/seed.ts";
import { aPerson, withSettings } from "./devices.ts";
import { until } from "../../support/until.ts";
import { notifierWorld } from "./notifier-world.ts";

const { aPersonWithDevice, db, notices, send, service, start, to, unique, untilHandled, waiting, wake } =
  await notifierWorld();

test("reminders are scheduled, and sent when they are due", async () => {
  const { name, person, deviceId } = await aPersonWithDevice();
  await withSettings(db, person, { reminderMinutes: 10 });
  const job = await waiting(name);
  await start();
  await wake(job.id);
  await until("the question", () => to(name).length === 1);
  await untilHandled();

  await query(
    db,
    "update notification.delivery set sent_at = sent_at - interval '10 minutes' where device_id = $1",
    [deviceId],
  );
  await wake(job.id);

  await until("the reminder", () => to(name).length === 2);
  assert.equal(to(name)[1]?.payload["reminders"], 1);
  assert.equal(to(name)[1]?.topic, to(name)[0]?.topic);
  await untilHandled();
  const timers = await query<{ count: number; keys: number }>(
    db,
    `select count(*)::integer as count, count(distinct singleton_key)::integer as keys from pgboss.job
     where name = 'push.timer' and state = 'created' and data ->> 'jobId' = $1`,
    [String(job.id)],
  );
  assert.equal(timers[0]?.count, timers[0]?.keys, "one message for each time");
});

test("the notification of a starter who may not answer by the policy says that another person must, the others that they may", async () => {
  const starter = await aPersonWithDevice();
  const other = await aPersonWithDevice();
  await withSettings(db, other.person, { jobs: "all" });
  const job = await waiting(starter.name);
  await start({ ...NO_POLICY, fourEyes: [{ operations: [], stages: [] }] });

  await wake(job.id);

  await until("both notifications", () => to(starter.name).length + to(other.name).length === 2);
  assert.equal(to(starter.name)[0]?.payload["isForOthers"], true);
  assert.equal(to(other.name)[0]?.payload["isForOthers"], undefined);
  await untilHandled();
});

test("notifications follow permissions: an account that may not sign in gets none", async () => {
  const disabled = await aPersonWithDevice();
  await query(db, `update auth."user" set disabled = true where id = $1`, [disabled.person.id]);
  const demo = await aPersonWithDevice({ demo: true });
  const refused = await aPersonWithDevice({}, "refused");
  const expired = await aPersonWithDevice();
  await query(db, "update auth.session set expires_at = now() where id = $1", [expired.person.sessionId]);
  const viewer = await aPersonWithDevice({ role: "viewer" });
  const people = [disabled, demo, refused, expired, viewer];
  for (const { person } of people) await withSettings(db, person, { jobs: "all" });
  const job = await waiting("someone");
  await start();

  await wake(job.id);
  await until("the viewer", () => to(viewer.name).length === 1);

  for (const { name } of [disabled, demo, refused, expired]) assert.deepEqual(to(name), []);
});

test("a device is removed with its session", async () => {
  const { person, deviceId } = await aPersonWithDevice();

  await query(db, "delete from auth.session where id = $1", [person.sessionId]);

  const left = await query(db, "select 1 from notification.device where id = $1", [deviceId]);
  assert.equal(left.length, 0);
});

test("the key pair of the settings has precedence over that of the database", async () => {
  const own = generateVapidKey();

  const [stored] = await query<{ key: string }>(db, "select public_key as key from notification.vapid_key");
  assert.equal((await loadVapidKey(db, { vapidKey: undefined })).publicKey, stored?.key);
  assert.deepEqual(await loadVapidKey(db, { vapidKey: own }), own);
});

test("watching a job that waits sends its question, and unwatching withdraws it", async () => {
  const { name, person } = await aPersonWithDevice();
  const job = await waiting("someone");
  await start();

  await setWatch({ db }, person, { jobId: job.id, isWatching: true });
  await until("the question", () => to(name).length === 1);
  await setWatch({ db }, person, { jobId: job.id, isWatching: false });
  await until("the withdrawal", () => to(name).length === 2);

  assert.deepEqual(notices(name), ["question", "withdrawn"]);
});

test("a new device and new settings apply to questions that are open already", async () => {
  const name = unique("person");
  const person = await aPerson(db, name);
  const job = await waiting(name);
  const browser = service.subscribe(name);
  await start();

  const rules = { allowLoopback: true };
  const { id } = await addDevice({ db, rules }, person, { sessionId: person.sessionId, ...browser });
  await until("the question", () => to(name).length === 1);
  await changeNotificationSettings({ db }, person, { ...DEFAULT_NOTIFICATION_SETTINGS, jobs: "none" });
  await until("the withdrawal", () => to(name).length === 2);
  await removeDevice({ db }, person, id);
  await changeNotificationSettings({ db }, person, DEFAULT_NOTIFICATION_SETTINGS);
  await untilHandled();

  assert.deepEqual(notices(name), ["question", "withdrawn"]);
  assert.equal(to(name)[0]?.payload["jobId"], job.id);
});

test("the end of a job replaces its question on the device of the person who started it", async () => {
  const { name, person } = await aPersonWithDevice();
  const job = await aJob(db, { lane: unique("lane"), by: name, at: new Date() }).succeeded();
  await start();

  await wake(job.id);
  await until("the end", () => to(name).length === 1);

  assert.deepEqual(to(name)[0]?.payload, { jobId: job.id, notice: "ended", state: "succeeded" });
  assert.equal(person.name, name);
});

test("a test notification reaches the person's own device, and says why if it does not", async () => {
  const { name, person, deviceId } = await aPersonWithDevice();
  const other = await aPersonWithDevice();
  const refusal = (code: string, detail?: RegExp) => (error: { code: string; detail?: string }) => {
    assert.equal(error.code, code);
    assert.match(error.detail ?? "", detail ?? /^$/);
    return true;
  };

  await testDevice({ db, send }, person, deviceId);
  assert.deepEqual(to(name), [
    { name, payload: { notice: "test" }, ttl: 60, urgency: "high", topic: "test" },
  ]);

  await assert.rejects(testDevice({ db, send }, other.person, deviceId), refusal("not_found"));
  service.respond(() => ({ status: 429 }));
  await assert.rejects(testDevice({ db, send }, person, deviceId), refusal("push_failed", /status 429/));
  service.respond(() => ({ status: 410 }));
  await assert.rejects(testDevice({ db, send }, person, deviceId), refusal("push_failed", /has ended/));
  await assert.rejects(testDevice({ db, send }, person, deviceId), refusal("not_found"));
});
