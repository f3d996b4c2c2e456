// The worker's process: hears what is wanted, looks for it by itself at intervals as well, says that it is alive, and
// stops. Which jobs it takes is in runs.ts, what it does with one in run-job.ts. Everything it is told (messages,
// notifications) is a hint to look at the rows; everything it does to them is a conditional update; so any number of
// workers may run, and any of them may stop at any moment.
import { randomUUID } from "node:crypto";
import process from "node:process";
import { config, ConfigError, requireSetting } from "#lib/config.ts";
import { closeDatabase, isUnreachable, openDatabase } from "#lib/db/connection.ts";
import { listStartableLanes } from "#lib/db/jobs.ts";
import { listen } from "#lib/db/listen.ts";
import { processName } from "#lib/migrate/running-processes.ts";
import { insertWorker, stopWorker, touchWorker, WORKER_SILENT_SECONDS } from "#lib/db/workers.ts";
import { requireSchema, SchemaFault } from "#lib/migrate/schema-version.ts";
import { createLog } from "#lib/log.ts";
import { type Handlers, startConsumer } from "#lib/queue/consume.ts";
import { createWorkerQueue, removeUnusedWorkerQueues } from "#lib/queue/queues.ts";
import { createSecretKeys } from "#lib/sealed-box.ts";
import { VERSION } from "#lib/version.ts";
import { commandOf, environmentOf } from "./command.ts";
import { createDatabaseClock } from "./database-clock.ts";
import { createJournalCleanup } from "./journal-cleanup.ts";
import { createProtocolKeys } from "./protocol-key.ts";
import { sweepOutput } from "./retention.ts";
import type { RunContext } from "./run-job.ts";
import { createThrottle } from "./throttle.ts";
import { createRuns, type Runs } from "./runs.ts";
import { createSpares } from "./spares.ts";
import { checkUnanswered, checkIntervalMs } from "./unanswered.ts";
import { retryUntilConnected } from "./retry-until-connected.ts";

const HEARTBEAT_MS = 1000;
/** The slow safety net behind messages and notifications. */
const SWEEP_MS = 5000;
/** What a worker that died could not put away is in nobody's way. */
const HOUSEKEEPING_MS = 10 * 60_000;
const RETRY_MS = 500;

async function main(): Promise<void> {
  const settings = config();
  const databaseUrl = requireSetting(settings.databaseUrl, "DATABASE_URL");
  const scapCommand = requireSetting(settings.scapCommand, "SCAP_COMMAND");
  const log = createLog("worker");
  const db = openDatabase(databaseUrl, "spiderpig worker");
  const worker = { id: randomUUID(), host: settings.workerHost };
  const clock = createDatabaseClock(log);
  const secretKeys = createSecretKeys();
  const protocolKey = createProtocolKeys(settings.dataDir);
  const spares = createSpares(settings.dataDir);
  const journalCleanup = createJournalCleanup({
    db,
    dataDir: settings.dataDir,
    host: settings.workerHost,
    log,
  });
  const timers = new Set<NodeJS.Timeout>();
  let isStopping = false;
  /** Its latest sign of life that arrived, by the clock that goes on while a process or its host sleeps. */
  let heardAt = Date.now();
  /** Messages may come before the runs that they are for can be begun. */
  const { promise: runsAreReady, resolve: tellRuns } = Promise.withResolvers<Runs>();

  const retry = { intervalMs: RETRY_MS, onUnreachable: () => log.warn("worker: waiting for the database") };
  await retryUntilConnected(() => requireSchema(db), retry);
  await retryUntilConnected(register, retry);
  await retryUntilConnected(() => touch([]), retry);
  const handlers: Handlers = {
    dispatch: async ({ lane }) => (await runsAreReady).startNext(lane),
    // A job that it has no longer is its next worker's: that one reads the rows when it takes the job over.
    job: async ({ jobId }) => (await runsAreReady).running.get(jobId)?.wake(),
  };
  const consumer = await retryUntilConnected(
    () => startConsumer({ db, databaseUrl, workerId: worker.id, log, handlers }),
    retry,
  );
  const context: RunContext = {
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
  };
  const runs = createRuns({
    context,
    worker,
    onOver(jobId) {
      journalCleanup.noteRunEnded(jobId);
      if (!isStopping) void quietly(() => journalCleanup.cleanUp());
    },
  });
  tellRuns(runs);
  const listener = listen({
    databaseUrl,
    name: processName("worker", worker.host),
    channels: ["secret"],
    onNotification: (_, jobId, rest) => takeSecret(jobId, rest),
    onGap: () => {
      for (const job of runs.running.values()) job.checkRows();
      void quietly(checkSchema);
      void quietly(sweep);
    },
    onLost: (error) => log.warn("worker: lost the listening connection", { error }),
  });

  every(HEARTBEAT_MS, async () => {
    const at = Date.now();
    const isWanted = await touch(runs.ownedJobs());
    // From that sign of life on nobody takes its jobs away; what was taken before has to be let go of first.
    if (wasSilent()) await runs.releaseLostLeases();
    heardAt = at;
    // Not awaited: however long it takes, the next sign of life must not wait for it.
    if (isWanted) void quietly(() => runs.takeOver());
  });
  every(SWEEP_MS, sweep);
  every(SWEEP_MS, () => journalCleanup.cleanUp());
  every(checkIntervalMs(settings), () =>
    checkUnanswered({ db, remindAfterMs: settings.remindAfterMs, running: runs.running, log }),
  );
  every(HOUSEKEEPING_MS, keepHouse);
  await quietly(() => runs.takeOver());
  await quietly(sweep);
  void quietly(async () => {
    // At once: it may find that scap of a lost job still runs.
    await journalCleanup.sweep();
    await keepHouse();
  });
  process.once("SIGTERM", () => void stop("SIGTERM"));
  process.once("SIGINT", () => void stop("SIGINT"));
  log.info("worker: ready", { workerId: worker.id, host: worker.host });

  /** The queue first: whoever finds the row may send messages. */
  async function register(): Promise<void> {
    await createWorkerQueue(db, worker.id);
    const { publicKey } = secretKeys;
    await insertWorker(db, { ...worker, pid: process.pid, version: VERSION, publicKey });
  }

  /** @returns whether there seems to be a job to take over. */
  async function touch(known: readonly number[]): Promise<boolean> {
    const sentAt = Date.now();
    const { isKnown, isWanted, now } = await touchWorker(db, worker, known);
    clock.compare(now, sentAt, Date.now());
    // The database was restored from before this worker started, or others have removed the queue of a worker that was suspended.
    if (!isKnown || wasSilent()) await register();
    return isWanted;
  }

  /** @param rest number of the interaction and the sealed secret. */
  function takeSecret(jobId: number, rest: string): void {
    const [interactionId = "", sealed = ""] = rest.split(" ");
    const secret = secretKeys.open(sealed);
    // Every worker hears it; it opens only for the one it was sealed to.
    if (secret !== undefined) runs.running.get(jobId)?.keepSecret(Number(interactionId), secret);
  }

  function wasSilent(): boolean {
    return Math.abs(Date.now() - heardAt) > WORKER_SILENT_SECONDS * 1000;
  }

  async function sweep(): Promise<void> {
    await runs.releaseLostLeases();
    for (const job of runs.running.values()) job.wake();
    for (const lane of await listStartableLanes(db)) await runs.startNext(lane);
  }

  /** The database may have been migrated while it was out of our sight. */
  async function checkSchema(): Promise<void> {
    try {
      await requireSchema(db);
    } catch (error) {
      if (!(error instanceof SchemaFault)) throw error;
      process.stderr.write(`${error.message}\n`);
      process.exitCode = 1;
      await stop("the schema");
    }
  }

  async function keepHouse(): Promise<void> {
    const days = settings.outputRetentionDays;
    await sweepOutput({ db, days, log, isStopping: () => isStopping });
    await journalCleanup.sweep();
    await removeUnusedWorkerQueues(db);
  }

  function every(ms: number, work: () => Promise<void>): void {
    let isBusy = false;
    timers.add(
      setInterval(() => {
        if (isBusy || isStopping) return;
        isBusy = true;
        void quietly(work).finally(() => {
          isBusy = false;
        });
      }, ms),
    );
  }

  /** Background work that fails is tried again at its next turn. */
  async function quietly(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      // Cut off by the end of this worker, and the next one's to do.
      if (isStopping) return;
      if (isUnreachable(error)) log.warn("worker: the database is away or overloaded", { error });
      else log.error("worker: background work failed", { error });
    }
  }

  async function stop(why: string): Promise<void> {
    if (isStopping) return;
    isStopping = true;
    log.info("worker: stopping; running deployments go on", { why, jobs: [...runs.running.keys()] });
    for (const timer of timers) clearInterval(timer);
    setTimeout(() => process.exit(), 3000).unref();
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
  if (!(error instanceof ConfigError || error instanceof SchemaFault)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
