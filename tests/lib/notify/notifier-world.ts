// Web processes that send notifications to a push service of the tests, people with devices, and jobs that wait for them.
import assert from "node:assert/strict";
import { BlockList } from "node:net";
import { after, afterEach } from "node:test";
import { answerInteraction } from "#lib/actions/answer-interaction.ts";
import { closeDatabase, type Database, openDatabase, query, transaction } from "#lib/db/connection.ts";
import type { Log } from "#lib/log.ts";
import type { NotifiedAccount } from "#lib/notify/notify-devices.ts";
import { createSender, startNotifier } from "#lib/notify/notifier.ts";
import type { Consumer } from "#lib/queue/consume.ts";
import { sendNotification } from "#lib/queue/send.ts";
import { aJob, type SeededJob } from "../../seed/seed.ts";
import { testDatabase } from "../../support/database.ts";
import { aDevice, aPerson } from "./devices.ts";
import { startPushReceiver } from "./push-receiver.ts";
import { until } from "../../support/until.ts";
import { NO_POLICY } from "#lib/domain/policy.ts";

const noLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

const isAdmitted = ({ name, demo }: NotifiedAccount) => !demo && !name.startsWith("refused");

export const SESSION_SECRET = "a secret of the tests, long enough to sign with";

/**
 * One for each file. Its processes are stopped after each test, and it is closed after the last.
 * @param webhookNetworks that webhooks may reach.
 */
export async function notifierWorld(webhookNetworks = new BlockList()) {
  const database = await testDatabase();
  const db = openDatabase(database.url, "notifier under test");
  const service = await startPushReceiver((clean) => after(clean));
  const notifiers: Consumer[] = [];
  after(async () => {
    await closeDatabase(db);
    await database.close();
  });
  afterEach(async () => {
    await Promise.all(notifiers.splice(0).map((one) => one.stop()));
    service.respond(() => ({ status: 201 }));
    assert.deepEqual(service.refused, []);
  });
  const settings = {
    sandboxDir: "/sandbox",
    vapidKey: undefined,
    pushProxy: undefined,
    vapidSubject: "mailto:operator@example.org",
    publicUrl: "https://deploy.example.org",
    sessionSecret: SESSION_SECRET,
    webhookNetworks,
  };
  let count = 0;
  const unique = (name: string) => `${name}-${(count += 1)}`;
  const to = (name: string) => service.received.filter((push) => push.name === name);

  return {
    db,
    service,
    /** Names of people and lanes are used by one test only. */
    unique,
    /** A web process. */
    start: async (policy = NO_POLICY): Promise<void> => {
      notifiers.push(
        await startNotifier({ db, databaseUrl: database.url, log: noLog, policy, isAdmitted, settings }),
      );
    },
    send: createSender(db, settings),
    aPersonWithDevice: async (options: Parameters<typeof aPerson>[2] = {}, prefix = "person") => {
      const name = unique(prefix);
      const person = await aPerson(db, name, options);
      return { person, name, deviceId: await aDevice(db, person, service.subscribe(name)) };
    },
    waiting: (by: string) => aJob(db, { lane: unique("lane"), by }).waiting(),
    wake: (jobId: number) => transaction(db, (tx) => sendNotification(tx, jobId)),
    answer: (job: SeededJob) =>
      answerInteraction(
        { db, policy: NO_POLICY },
        { id: "1", name: "bob", role: "deployer" },
        { jobId: job.id, interactionId: job.pendingId ?? 0, value: true },
      ),
    /** What the device of this name received. */
    to,
    notices: (name: string) => to(name).map(({ payload }) => payload["notice"]),
    /** Waits until no message is left that is due. */
    untilHandled: () => untilHandled(db),
  };
}

async function untilHandled(db: Database): Promise<void> {
  await until("all messages to be handled", async () => {
    const [left] = await query<{ count: number }>(
      db,
      `select count(*)::integer as count from pgboss.job
       where (name like 'push%' or name in ('notification', 'webhook')) and state in ('created', 'retry', 'active')
         and start_after <= now()`,
    );
    return left?.count === 0;
  });
}
