// The worker process: starts its parts, repeats what has to be repeated, and shuts down. runs.ts has which jobs it runs,
// run-job.ts what it does with one. Messages and notifications only make it read the rows, and it changes them by conditional
// update; so any number of workers may run, and each may stop at any moment.
import { randomUUID } from "node:crypto";
import process from "node:process";
import { config, ConfigError, requireSetting } from "#lib/config.ts";
import { closeDatabase, openDatabase } from "#lib/db/connection.ts";
import { listStartableLanes } from "#lib/db/jobs.ts";
import { listen } from "#lib/db/listen.ts";
import { stopWorker } from "#lib/db/workers.ts";
import { createLog } from "#lib/log.ts";
import { processName } from "#lib/migrate/running-processes.ts";
import { requireSchema, SchemaMismatch } from "#lib/migrate/schema-version.ts";
import { type Handlers, startConsumer } from "#lib/queue/consume.ts";
import { removeUnusedWorkerQueues } from "#lib/queue/queues.ts";
import { createSecretKeys } from "#lib/sealed-box.ts";
import { VERSION } from "#lib/version.ts";
import { createBackground } from "./background.ts";
import { commandOf, environmentOf } from "./command.ts";
import { createDatabaseClock } from "./database-clock.ts";
import { createHeartbeat } from "./heartbeat.ts";
import { createJournalCleanup } from "./journal-cleanup.ts";
import { createProtocolKeys } from "./protocol-key.ts";
import { sweepOutput } from "./retention.ts";
import { retryUntilConnected } from "./retry-until-connected.ts";
import { createRuns } from "./runs.ts";
import { createSpares } from "./spares.ts";
import { createThrottle } from "./throttle.ts";
import { checkIntervalMs, checkUnanswered } from "./unanswered.ts";

const HEARTBEAT_MS = 1000;
const SWEEP_MS = 5000;
const MAINTENANCE_MS = 10 * 60_000;
const RETRY_MS = 500;
/** A shutdown that takes longer is ended: the next worker continues everything from the rows and the journals. */
const STOP_TIMEOUT_MS = 3000;

async function main(): Promise<void> {
  const settings = config();
  const databaseUrl = requireSetting(settings.databaseUrl, "DATABASE_URL");
  const scapCommand = requireSetting(settings.scapCommand, "SCAP_COMMAND");
  const log = createLog("worker");
  const db = openDatabase(databaseUrl, "spiderpig worker");
  const worker = { id: randomUUID(), host: settings.workerHost };
  const clock = createDatabaseClock(log);
  const secretKeys = createSecretKeys();
  const { publicKey } = secretKeys;
  const heartbeat = createHeartbeat({
    db,
    worker: { ...worker, pid: process.pid, version: VERSION, publicKey },
    clock,
  });
  const protocolKey = createProtocolKeys(settings.dataDir);
  const spares = createSpares(settings.dataDir);
  const journalCleanup = createJournalCleanup({
    db,
    dataDir: settings.dataDir,
    host: settings.workerHost,
    log,
  });
  const background = createBackground(log);
  let isStopping = false;

  const retry = { intervalMs: RETRY_MS, onUnreachable: () => log.warn("worker: waiting for the database") };
  await retryUntilConnected(() => requireSchema(db), retry);
  await retryUntilConnected(() => heartbeat.register(), retry);
  await retryUntilConnected(() => heartbeat.send([]), retry);
  const runs = createRuns({
    context: {
      db,
      spares,
      log,
      clock,
      throttle: createThrottle(),
      dataDir: settings.dataDir,
      questionExpiry: settings.questionExpiry,
      protocolKey,
      launch: (job) => ({
        argv: commandOf(scapCommand, job),
        cwd: settings.scapDirectory ?? process.cwd(),
        env: environmentOf(job.requestedBy, protocolKey(job.id), settings.scapEnvironment),
      }),
    },
    worker,
    onRunEnded(jobId) {
      journalCleanup.noteRunEnded(jobId);
      if (!isStopping) void background.run(() => journalCleanup.cleanUp());
    },
  });
  const handlers: Handlers = {
    dispatch: ({ lane }) => runs.startNext(lane),
    // If another worker has the job by now, that one has read the rows after its takeover.
    job: async ({ jobId }) => runs.running.get(jobId)?.wake(),
  };
  const consumer = await retryUntilConnected(
    () => startConsumer({ db, databaseUrl, workerId: worker.id, log, handlers }),
    retry,
  );
  const listener = listen({
    databaseUrl,
    name: processName("worker", worker.host),
    channels: ["secret"],
    onNotification: (_, jobId, rest) => receiveSecret(jobId, rest),
    onGap: () => {
      for (const job of runs.running.values()) job.checkRows();
      void background.run(checkSchema);
      void background.run(sweep);
    },
    onLost: (error) => log.warn("worker: lost the listening connection", { error }),
  });

  background.every(HEARTBEAT_MS, async () => {
    const hasJobs = await heartbeat.send(runs.ownedJobs(), () => runs.releaseLostLeases());
    // Not awaited: the next heartbeat must not wait for a takeover.
    if (hasJobs) void background.run(() => runs.takeOver());
  });
  background.every(SWEEP_MS, sweep);
  background.every(SWEEP_MS, () => journalCleanup.cleanUp());
  background.every(checkIntervalMs(settings), () =>
    checkUnanswered({ db, remindAfterMs: settings.remindAfterMs, running: runs.running, log }),
  );
  background.every(MAINTENANCE_MS, maintain);
  await background.run(() => runs.takeOver());
  await background.run(sweep);
  void background.run(async () => {
    // First, because it finds out whether scap of a lost job still runs.
    await journalCleanup.sweep();
    await maintain();
  });
  process.once("SIGTERM", () => void stop("SIGTERM"));
  process.once("SIGINT", () => void stop("SIGINT"));
  log.info("worker: ready", { workerId: worker.id, host: worker.host });

  /** @param rest the id of the interaction and the sealed secret */
  function receiveSecret(jobId: number, rest: string): void {
    const [interactionId = "", sealed = ""] = rest.split(" ");
    const secret = secretKeys.open(sealed);
    // All workers receive it, and only the one that it was sealed for can open it.
    if (secret !== undefined) runs.running.get(jobId)?.keepSecret(Number(interactionId), secret);
  }

  /**
   * What no message reports: a lease that was revoked while heartbeats were missed, a signal for an expired question that could
   * not be sent before it was known whether scap still asks it, and a freeze of a lane that ends by its time.
   */
  async function sweep(): Promise<void> {
    await runs.releaseLostLeases();
    for (const job of runs.running.values()) job.wake();
    for (const lane of await listStartableLanes(db)) await runs.startNext(lane);
  }

  /** The database may have been migrated while it was unreachable. */
  async function checkSchema(): Promise<void> {
    try {
      await requireSchema(db);
    } catch (error) {
      if (!(error instanceof SchemaMismatch)) throw error;
      process.stderr.write(`${error.message}\n`);
      process.exitCode = 1;
      await stop("the schema");
    }
  }

  async function maintain(): Promise<void> {
    await sweepOutput({ db, days: settings.outputRetentionDays, log, isStopping: () => isStopping });
    // Removes the journals of lost jobs whose output was removed.
    await journalCleanup.sweep();
    await removeUnusedWorkerQueues(db);
  }

  async function stop(why: string): Promise<void> {
    if (isStopping) return;
    isStopping = true;
    log.info("worker: stopping; running deployments continue", { why, jobs: [...runs.running.keys()] });
    background.stop();
    setTimeout(() => process.exit(), STOP_TIMEOUT_MS).unref();
    await runs.stop();
    spares.close();
    await Promise.allSettled([consumer.stop(), listener.close(), stopWorker(db, worker.id)]);
    await closeDatabase(db).catch(() => undefined);
    process.exit();
  }
}

try {
  await main();
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof SchemaMismatch)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
