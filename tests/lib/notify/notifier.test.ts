// From the message about a job to the push service: each notification is sent once and in the right order, whatever happens in
// between.
import assert from "node:assert/strict";
import { test } from "node:test";
import { closeDatabase, openDatabase, query, transaction } from "#lib/db/connection.ts";
import { sendNotification } from "#lib/queue/send.ts";
import { aJob } from "../../seed/seed.ts";
import { testDatabase } from "../../support/database.ts";
import { aDevice } from "./devices.ts";
import { until } from "../../support/until.ts";
import { notifierWorld } from "./notifier-world.ts";

const { answer, aPersonWithDevice, db, notices, service, start, to, untilHandled, waiting, wake } =
  await notifierWorld();

test("a question is sent to the person who started the job, and withdrawn after the answer", async () => {
  const { name } = await aPersonWithDevice();
  const other = await aPersonWithDevice();
  const job = await waiting(name);
  await start();

  await wake(job.id);
  await until("the question", () => to(name).length === 1);
  await answer(job);
  await until("the withdrawal", () => to(name).length === 2);

  assert.deepEqual(to(name), [
    {
      name,
      payload: {
        jobId: job.id,
        notice: "question",
        interactionId: job.pendingId,
        reminders: 0,
        title: "Backport the changes?",
      },
      ttl: 86_400,
      urgency: "high",
      topic: `job-${job.id}`,
    },
    {
      name,
      payload: { jobId: job.id, notice: "withdrawn", interactionId: job.pendingId },
      ttl: 86_400,
      urgency: "normal",
      topic: `job-${job.id}`,
    },
  ]);
  assert.deepEqual(to(other.name), []);
});

test("a question that is answered before it is sent is never sent", async () => {
  const { name } = await aPersonWithDevice();
  const job = await waiting(name);
  await wake(job.id);
  await answer(job);

  await start();
  await untilHandled();

  assert.deepEqual(to(name), []);
});

test("a question that is answered while it is sent is withdrawn after it", async () => {
  const { name } = await aPersonWithDevice();
  const job = await waiting(name);
  service.respond(async (push) => {
    if (push.name === name && push.payload["notice"] === "question") await answer(job);
    return { status: 201 };
  });
  await start();
  await start();

  await wake(job.id);
  await until("the withdrawal", () => to(name).length === 2);

  assert.deepEqual(notices(name), ["question", "withdrawn"]);
});

test("several web processes and repeated messages send each notification once", async () => {
  const { name } = await aPersonWithDevice();
  const job = await waiting(name);
  service.respond(async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    return { status: 201 };
  });
  await Promise.all([start(), start(), start()]);

  await Promise.all(Array.from({ length: 20 }, () => wake(job.id)));
  await until("the question", () => to(name).length > 0);
  await untilHandled();

  assert.deepEqual(notices(name), ["question"]);
});

test("a message exists if and only if the transaction of the question commits", async () => {
  const { name } = await aPersonWithDevice();
  const job = await waiting(name);
  await start();

  await assert.rejects(
    transaction(db, async (tx) => {
      await sendNotification(tx, job.id);
      throw new Error("rolled back");
    }),
  );
  await untilHandled();

  assert.deepEqual(to(name), []);
});

test("without any device nothing is queued", async () => {
  const own = await testDatabase();
  const empty = openDatabase(own.url, "no devices");
  const job = await aJob(empty).waiting();

  await transaction(empty, (tx) => sendNotification(tx, job.id));
  const queued = await query(empty, "select 1 from pgboss.job where name = 'push'");
  await closeDatabase(empty);
  await own.close();

  assert.equal(queued.length, 0);
});

test("a subscription that no longer exists is removed, and others still get the question", async () => {
  const { name, person, deviceId } = await aPersonWithDevice();
  await aDevice(db, person, service.subscribe(`${name} phone`));
  const job = await waiting(name);
  service.respond((push) => ({ status: push.name === name ? 410 : 201 }));
  await start();

  await wake(job.id);
  await until("the other device", () => to(`${name} phone`).length === 1);

  await until("the removal", async () => {
    const left = await query(db, "select 1 from notification.device where id = $1", [deviceId]);
    return left.length === 0;
  });
});

test("a push service that fails is tried again, as late as it asks for", async () => {
  const { name, deviceId } = await aPersonWithDevice();
  const job = await waiting(name);
  const answers = [503, 429];
  service.respond((push) => {
    const status = push.name === name ? answers.shift() : undefined;
    return status === undefined ? { status: 201 } : { status, headers: { "retry-after": "1800" } };
  });
  await start();
  const delivery = async () =>
    (
      await query<{ failures: number; minutes: number }>(
        db,
        `select failures, extract(epoch from retry_at - now()) / 60 as minutes
         from notification.delivery where device_id = $1`,
        [deviceId],
      )
    )[0];
  const retryNow = async () => {
    await query(db, "update notification.delivery set retry_at = now() where device_id = $1", [deviceId]);
    await wake(job.id);
  };

  await wake(job.id);
  await until("the first failure", async () => (await delivery())?.failures === 1);
  assert.ok(Number((await delivery())?.minutes) > 29);
  await untilHandled();
  const [scheduled] = await query<{ minutes: number }>(
    db,
    `select extract(epoch from start_after - now()) / 60 as minutes from pgboss.job
     where name = 'push.timer' and data ->> 'jobId' = $1`,
    [String(job.id)],
  );
  assert.ok(Number(scheduled?.minutes) > 29);
  await retryNow();
  await until("the second failure", async () => (await delivery())?.failures === 2);
  await untilHandled();
  await retryNow();
  await until("the question", () => to(name).length === 1);

  await until("the success", async () => (await delivery())?.failures === 0);
});

test("a process that dies while it sends is replaced when its claim has expired", async () => {
  const { name, deviceId } = await aPersonWithDevice();
  const job = await waiting(name);
  await query(
    db,
    `insert into notification.delivery (device_id, job_id, version, claimed_until)
     values ($1, $2, 1, now() + interval '1 hour')`,
    [deviceId, job.id],
  );
  await start();
  await wake(job.id);
  await untilHandled();
  assert.deepEqual(to(name), []);

  await query(db, "update notification.delivery set claimed_until = now() where device_id = $1", [deviceId]);
  await wake(job.id);

  await until("the question", () => to(name).length === 1);
});
