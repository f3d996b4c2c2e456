// What a worker does reaches devices and webhooks: its questions, and the start and end of its jobs, in the transactions that
// store them.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { addWebhook } from "#lib/actions/webhooks.ts";
import { WEBHOOK_EVENTS } from "#lib/domain/webhook.ts";
import type { Log } from "#lib/log.ts";
import { NO_POLICY } from "#lib/domain/policy.ts";
import { createWebhookContext, startNotifier } from "#lib/notify/notifier.ts";
import { aDevice, aPerson } from "../lib/notify/devices.ts";
import { startPushReceiver } from "../lib/notify/push-receiver.ts";
import { startStack } from "../support/stack.ts";
import { until } from "../support/until.ts";
import { LOOPBACK, startWebhookReceiver } from "../lib/notify/webhook-receiver.ts";

const noLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
const webhookSettings = {
  publicUrl: "https://deploy.example.org",
  sessionSecret: "a secret of the tests, long enough to sign with",
  webhookNetworks: LOOPBACK,
};

test("a question of a real terminal and the end are sent to the device of the person who started it, and all to a webhook", async () => {
  const stack = await startStack(after);
  const receiver = await startWebhookReceiver(after);
  const service = await startPushReceiver(after);
  const notifier = await startNotifier({
    db: stack.db,
    databaseUrl: stack.url,
    log: noLog,
    policy: NO_POLICY,
    isAdmitted: () => true,
    settings: {
      sandboxDir: "/sandbox",
      vapidKey: undefined,
      pushProxy: undefined,
      vapidSubject: undefined,
      ...webhookSettings,
    },
  });
  const { secret } = await addWebhook(
    {
      ...createWebhookContext(stack.db, noLog, webhookSettings),
      networks: LOOPBACK,
      origin: { channel: "session" },
      actor: "admin",
    },
    { name: "all", url: `${receiver.origin}/all`, template: "standard", events: WEBHOOK_EVENTS },
  );
  receiver.expects("/all", secret);
  const alice = await aPerson(stack.db, "alice");
  await aDevice(stack.db, alice, service.subscribe("alice"));
  await stack.startWorker();

  const id = await stack.runScript("read -r -p 'Continue? [y/N] ' answer; exit 3", { by: "alice" });
  const question = await stack.asks(id);
  await until("the question", () => service.received.length === 1);
  assert.deepEqual(service.received[0]?.payload, {
    jobId: id,
    notice: "question",
    interactionId: question.id,
    reminders: 0,
    title: "Continue?",
  });
  await stack.signal(id, "interrupt");
  await stack.ended(id);

  await until("the end", () => service.received.at(-1)?.payload["notice"] === "ended");
  await until("the end at the webhook", () => receiver.received.length === 3);
  await notifier.stop();
  const types = receiver.received.map(({ body }) => (JSON.parse(body) as { type: string }).type);
  assert.deepEqual(types.toSorted(), ["job.ended", "job.started", "question.asked"]);
  assert.deepEqual(receiver.refused, []);
  assert.equal(service.received.at(-1)?.payload["state"], "failed");
  assert.deepEqual(service.refused, []);
});
