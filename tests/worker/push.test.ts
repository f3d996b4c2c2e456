// What a worker does reaches devices: its questions, and the end of its jobs, in the transactions that store them.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Log } from "#lib/log.ts";
import { NO_POLICY } from "#lib/domain/policy.ts";
import { startNotifier } from "#lib/notify/notifier.ts";
import { aDevice, aPerson } from "../support/devices.ts";
import { startPushService } from "../support/push-service.ts";
import { startStack } from "../support/stack.ts";
import { until } from "../support/until.ts";

const noLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

test("a question of a real terminal is sent to the device of the person who started it, and so is the end", async () => {
  const stack = await startStack(after);
  const service = await startPushService(after);
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
    },
  });
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
  await notifier.stop();
  assert.equal(service.received.at(-1)?.payload["state"], "failed");
  assert.deepEqual(service.refused, []);
});
