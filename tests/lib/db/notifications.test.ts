// What is kept of notifications, and for how long.
import assert from "node:assert/strict";
import { test } from "node:test";
import { query } from "#lib/db/connection.ts";
import { deleteOldNotifications } from "#lib/db/notifications.ts";
import { aJob } from "../../seed/seed.ts";
import { aDevice, aPerson } from "../notify/devices.ts";
import { schemaWorld } from "./schema-world.ts";

const { db } = await schemaWorld();

const DAY_MS = 24 * 3600 * 1000;
const KEYS = { p256dh: "key", auth: "secret" };

test("rows of jobs that ended a month ago are deleted, and those of other jobs and people are kept", async () => {
  const person = await aPerson(db, "alice");
  const device = await aDevice(db, person, { endpoint: "https://push.example.org/1", keys: KEYS });
  const ended = (daysAgo: number, lane: string) =>
    aJob(db, { lane, at: new Date(Date.now() - daysAgo * DAY_MS) }).succeeded();
  const jobs = [
    await ended(40, "old"),
    await ended(20, "recent"),
    await aJob(db, { lane: "live" }).running(),
  ];
  for (const { id } of jobs) {
    await query(db, "insert into notification.watch values ($1, $2, true)", [person.id, id]);
    await query(
      db,
      `insert into notification.delivery (device_id, job_id, version, notice, sent_at)
       values ($1, $2, 1, 'ended', now())`,
      [device, id],
    );
  }

  await deleteOldNotifications(db);

  const kept = jobs.slice(1).map(({ id }) => id);
  for (const table of ["watch", "delivery"]) {
    const left = await query<{ id: number }>(db, `select job_id as id from notification.${table} order by 1`);
    assert.deepEqual(
      left.map(({ id }) => id),
      kept,
      table,
    );
  }
});

test("devices of expired sessions are deleted", async () => {
  const [expired, current] = [await aPerson(db, "bob"), await aPerson(db, "carol")];
  for (const one of [expired, current]) {
    await aDevice(db, one, { endpoint: `https://push.example.org/${one.name}`, keys: KEYS });
  }
  await query(db, "update auth.session set expires_at = now() - interval '1 s' where id = $1", [
    expired.sessionId,
  ]);

  await deleteOldNotifications(db);

  const left = await query<{ endpoint: string }>(
    db,
    "select endpoint from notification.device where endpoint ~ '(bob|carol)$'",
  );
  assert.deepEqual(
    left.map(({ endpoint }) => endpoint),
    ["https://push.example.org/carol"],
  );
});
