// From what happens to a job or a lane to the receiver of a webhook: each message arrives signed and once, and what was not
// accepted is tried again, recorded, and can be repeated.
import assert from "node:assert/strict";
import { after, afterEach, beforeEach, test } from "node:test";
import { freezeLane, unfreezeLane } from "#lib/actions/freeze-lane.ts";
import {
  addWebhook,
  readDeliveries,
  readWebhooks,
  replayDelivery,
  setWebhookDisabled,
  testWebhook,
} from "#lib/actions/webhooks.ts";
import { query } from "#lib/db/connection.ts";
import { WEBHOOK_EVENTS, type WebhookEvent } from "#lib/domain/webhook.ts";
import type { Log } from "#lib/log.ts";
import { createWebhookContext } from "#lib/notify/notifier.ts";
import { aJob, type JobSeed } from "../../seed/seed.ts";
import { until } from "../../support/until.ts";
import { LOOPBACK, startWebhookReceiver } from "./webhook-receiver.ts";
import { notifierWorld, SESSION_SECRET } from "./notifier-world.ts";

const PUBLIC_URL = "https://deploy.example.org";
const { answer, db, start, unique, untilHandled, wake } = await notifierWorld(LOOPBACK);
const receiver = await startWebhookReceiver(after);
const lines: unknown[] = [];
const note = (message: string, facts?: Record<string, unknown>) => void lines.push({ message, ...facts });
const log: Log = { debug: note, info: note, warn: note, error: note };
const context = {
  ...createWebhookContext(db, log, {
    publicUrl: PUBLIC_URL,
    sessionSecret: SESSION_SECRET,
    webhookNetworks: LOOPBACK,
  }),
  networks: LOOPBACK,
  origin: { channel: "session" as const },
  actor: "admin",
};

beforeEach(async () => {
  await query(db, "delete from notification.webhook");
});
afterEach(() => {
  receiver.respond(() => ({ status: 204 }));
  assert.deepEqual(receiver.refused, []);
});

async function aWebhook(events: readonly WebhookEvent[] = WEBHOOK_EVENTS) {
  const path = `/${unique("secret-path")}`;
  const url = `${receiver.origin}${path}`;
  const created = await addWebhook(context, { name: path, url, template: "standard", events });
  receiver.expects(path, created.secret);
  const { id } = created.webhook;
  // The history of a seeded job is a few minutes old.
  await query(db, "update notification.webhook set enabled_at = now() - interval '1 hour' where id = $1", [
    id,
  ]);
  return {
    id,
    path,
    secret: created.secret,
    messages: () => receiver.received.filter((message) => message.path === path),
    deliveries: async () => (await readDeliveries({ db }, id)).deliveries,
  };
}

const aNewJob = (seed: JobSeed = {}) => aJob(db, { lane: unique("lane"), ...seed });

type Body = { type: string; timestamp: string; data: Record<string, unknown> };
const bodyOf = ({ body }: { body: string }) => JSON.parse(body) as Body;
const typesOf = (messages: { body: string }[]) => messages.map((message) => bodyOf(message).type).toSorted();

test("a question, its answer and the end of a job arrive once each, signed, however often the job is checked", async () => {
  const webhook = await aWebhook();
  await start();
  await start();
  const job = await aNewJob({ by: "alice" }).waiting();

  await Promise.all([wake(job.id), wake(job.id), wake(job.id)]);
  await until("the question", () => typesOf(webhook.messages()).includes("question.asked"));
  await answer(job);
  await until("the answer", () => typesOf(webhook.messages()).includes("question.answered"));
  await wake(job.id);
  await untilHandled();

  const messages = webhook.messages();
  const [asked] = messages.filter((message) => bodyOf(message).type === "question.asked");
  const [answered] = messages.filter((message) => bodyOf(message).type === "question.answered");
  assert.deepEqual(typesOf(messages), ["job.started", "question.answered", "question.asked"]);
  assert.equal(new Set(messages.map(({ id }) => id)).size, messages.length);
  const { data } = bodyOf(asked ?? assert.fail());
  const [change] = (data["job"] as { changes: { number: number }[] }).changes;
  assert.partialDeepStrictEqual(data, {
    job: { id: job.id, operation: "backport", requestedBy: "alice", changeCount: 1 },
    question: { id: job.pendingId, kind: "yes_no", title: "Backport the changes?" },
    url: `${PUBLIC_URL}/jobs/${job.id}#question-${job.pendingId}`,
  });
  assert.ok(change !== undefined && change.number > 0);
  assert.partialDeepStrictEqual(bodyOf(answered ?? assert.fail()).data, {
    answer: { by: "bob", option: "yes" },
  });
});

test("a webhook gets only the events that it wants, and none from the time when it was disabled", async () => {
  const ends = await aWebhook(["job.ended"]);
  const disabled = await aWebhook();
  await setWebhookDisabled(context, disabled.id, true);
  await start();
  const job = await aNewJob().failed("rolled_back");
  await wake(job.id);
  await until("the end", () => ends.messages().length === 1);
  await setWebhookDisabled(context, disabled.id, false);
  await wake(job.id);
  await untilHandled();

  assert.deepEqual(typesOf(ends.messages()), ["job.ended"]);
  assert.partialDeepStrictEqual(bodyOf(ends.messages()[0] ?? assert.fail()).data, {
    outcome: "rolled_back",
  });
  assert.deepEqual(disabled.messages(), []);
});

test("typed and secret answers, and key presses, are not sent", async () => {
  const webhook = await aWebhook();
  await start();
  const job = await aNewJob()
    .asked("text", { answer: "a private remark" })
    .asked("secret", { answer: "a private remark" })
    .asked("screen", { answer: "j" })
    .asked("screen", { answer: "q" })
    .running();
  await wake(job.id);
  await untilHandled();

  assert.deepEqual(typesOf(webhook.messages()), [
    "job.started",
    "question.answered",
    "question.answered",
    "question.asked",
    "question.asked",
    "question.asked",
  ]);
  for (const message of webhook.messages()) {
    assert.doesNotMatch(message.body, /private remark|"option":"/);
  }
});

test("freezing and unfreezing a lane is sent", async () => {
  const webhook = await aWebhook();
  await start();
  const lane = unique("lane");
  const admin = { id: "1", name: "carol", role: "admin" } as const;

  await freezeLane(context, admin, { lane, reason: "Incident", until: null });
  await unfreezeLane(context, admin, lane);
  await until("both messages", () => webhook.messages().length === 2);

  const bodies = webhook
    .messages()
    .map(bodyOf)
    .toSorted((a, b) => a.type.localeCompare(b.type));
  assert.partialDeepStrictEqual(bodies, [
    { type: "lane.frozen", data: { lane, by: "carol", reason: "Incident", until: null } },
    { type: "lane.unfrozen", data: { lane, by: "carol" } },
  ]);
});

test("a message that is not accepted is sent again later with the same id, and the log has the result", async () => {
  const webhook = await aWebhook(["job.ended"]);
  receiver.respond(() => ({ status: 503, headers: { "retry-after": "600" }, body: "x".repeat(5000) }));
  await start();
  const job = await aNewJob().succeeded();
  await wake(job.id);
  await until("the first attempt", async () => (await webhook.deliveries())[0]?.attempts === 1);

  const [failed] = await webhook.deliveries();
  assert.partialDeepStrictEqual(failed, {
    type: "job.ended",
    jobId: job.id,
    state: "pending",
    responseStatus: 503,
    responseBody: "x".repeat(1024),
    error: "The receiver responded with status 503.",
  });
  const waitMs = Date.parse(failed?.nextAttemptAt ?? "") - Date.parse(failed?.attemptedAt ?? "");
  assert.ok(Math.abs(waitMs - 600_000) < 60_000, "as long as the receiver asked for");

  receiver.respond(() => ({ status: 200, body: "thanks" }));
  await query(db, "update pgboss.job set start_after = now() where name = 'webhook' and state = 'created'");
  await start();
  await until("the second attempt", async () => (await webhook.deliveries())[0]?.state === "delivered");
  const [delivered] = await webhook.deliveries();
  assert.partialDeepStrictEqual(delivered, {
    attempts: 2,
    responseStatus: 200,
    responseBody: "thanks",
    error: null,
    nextAttemptAt: null,
  });
  assert.deepEqual(
    webhook.messages().map(({ id }) => id),
    [delivered?.id, delivered?.id],
  );
});

test("a delivery can be repeated, with the same id and body, and the result is recorded", async () => {
  const webhook = await aWebhook(["job.ended"]);
  await start();
  const job = await aNewJob().succeeded();
  await wake(job.id);
  await until("the message", async () => (await webhook.deliveries())[0]?.state === "delivered");
  const [delivered] = await webhook.deliveries();

  receiver.respond(() => ({ status: 500 }));
  const replayed = await replayDelivery(context, webhook.id, delivered?.id ?? "");

  assert.partialDeepStrictEqual(replayed, {
    state: "failed",
    attempts: 2,
    responseStatus: 500,
    nextAttemptAt: null,
  });
  const [first, second] = webhook.messages();
  assert.deepEqual(second, first);
});

test("a receiver that responds with 410 gets nothing more, and the audit says so", async () => {
  const webhook = await aWebhook();
  receiver.respond(() => ({ status: 410 }));

  const result = await testWebhook(context, webhook.id);

  assert.partialDeepStrictEqual(result, { type: "test", state: "failed", responseStatus: 410 });
  const [document] = await readWebhooks({ db });
  assert.match(document?.disabledReason ?? "", /no more messages/);
  await assert.rejects(testWebhook(context, webhook.id), { code: "webhook_disabled" });
  const [event] = await query<{ channel: string }>(
    db,
    "select channel from spiderpig.audit_event where kind = 'webhook_disabled' and target = $1",
    [webhook.path],
  );
  assert.equal(event?.channel, "system");
});

test("redirects are not followed", async () => {
  const webhook = await aWebhook();
  receiver.respond(() => ({ status: 307, headers: { location: `${receiver.origin}/elsewhere` } }));

  const result = await testWebhook(context, webhook.id);

  assert.match(result.error ?? "", /Redirects are not followed/);
  assert.deepEqual(
    receiver.received.filter(({ path }) => path === "/elsewhere"),
    [],
  );
});

test("the secret and the URL are in no log and no table in plain text", async () => {
  const webhook = await aWebhook();
  await testWebhook(context, webhook.id);
  const [row] = await query<{ row: string }>(
    db,
    "select to_json(w)::text as row from notification.webhook w where id = $1",
    [webhook.id],
  );
  const plain = [webhook.secret, `${receiver.origin}${webhook.path}`];

  for (const text of [row?.row ?? "", JSON.stringify(lines), JSON.stringify(await readWebhooks({ db }))]) {
    for (const secret of plain) assert.ok(!text.includes(secret));
  }
});
