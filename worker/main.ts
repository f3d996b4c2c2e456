// The worker process: connects its parts (worker.ts) to the database, starts what it repeats (schedule.ts), and shuts down. runs.ts has
// which jobs it runs, run-job.ts what it does with one. Messages and notifications only make it read the rows, and it changes them by
// conditional update; so any number of workers may run, and each may stop at any moment.
import process from "node:process";
import { config, ConfigError } from "#lib/config.ts";
import { closeDatabase } from "#lib/db/connection.ts";
import { refuseTransactionPooling } from "#lib/db/pooling.ts";
import { listen, type Listener } from "#lib/db/listen.ts";
import { stopWorker } from "#lib/db/workers.ts";
import { type MetricsListener, serveMetrics } from "#lib/metrics/listener.ts";
import { addGauge, render } from "#lib/metrics/registry.ts";
import { processName } from "#lib/migrate/running-processes.ts";
import { requireSchema, SchemaMismatch } from "#lib/migrate/schema-version.ts";
import { type Consumer, type Handlers, startConsumer } from "#lib/queue/consume.ts";
import { retryUntilConnected } from "./retry-until-connected.ts";
import { startSchedule, sweep } from "./schedule.ts";
import { createWorker, type Worker } from "./worker.ts";

const RETRY_MS = 500;
/** A shutdown that takes longer is ended: the next worker continues everything from the rows and the journals. */
const STOP_TIMEOUT_MS = 3000;

async function main(): Promise<void> {
  const worker = createWorker(config());
  const { db, background, log, runs, spares } = worker;
  const consumer = await connect(worker);
  const listener = listenFor(worker, (why) => void stop(why));
  await startSchedule(worker);
  const metricsListener = await listenForScrapes(worker);
  process.once("SIGTERM", () => void stop("SIGTERM"));
  process.once("SIGINT", () => void stop("SIGINT"));
  log.info("worker: ready", { "event.action": "worker_started", workerId: worker.id, host: worker.host });

  async function stop(why: string): Promise<void> {
    if (background.isStopped) return;
    background.stop();
    log.info("worker: stopping; running deployments continue", {
      "event.action": "worker_stopping",
      why,
      jobs: [...runs.running.keys()],
    });
    setTimeout(() => process.exit(), STOP_TIMEOUT_MS).unref();
    await runs.stop();
    spares.close();
    metricsListener?.close();
    await Promise.allSettled([consumer.stop(), listener.close(), stopWorker(db, worker.id)]);
    await closeDatabase(db).catch(() => undefined);
    process.exit();
  }
}

async function listenForScrapes({ settings, runs, disk }: Worker): Promise<MetricsListener | undefined> {
  const help = "Jobs that this worker follows; each has a holder.";
  addGauge("spiderpig_followed_jobs", help, () => runs.running.size);
  const diskHelp = "Free space on the disk of DATA_DIR. Below MIN_FREE_DISK_MIB this worker starts no jobs.";
  addGauge("spiderpig_disk_free_bytes", diskHelp, disk.freeBytes);
  return settings.metricsListen && serveMetrics(settings.metricsListen, render);
}

/** Registers the worker and starts to receive messages, as soon as the database is reachable. */
async function connect(worker: Worker): Promise<Consumer> {
  const { db, databaseUrl, log, heartbeat, runs } = worker;
  const retry = {
    intervalMs: RETRY_MS,
    onUnreachable: (error: unknown) => log.warn("worker: waiting for the database", { error }),
  };
  await retryUntilConnected(() => refuseTransactionPooling(databaseUrl), retry);
  await retryUntilConnected(() => requireSchema(db), retry);
  await retryUntilConnected(() => heartbeat.register(), retry);
  await retryUntilConnected(() => heartbeat.send([]), retry);
  const handlers: Handlers = {
    dispatch: (lane) => runs.startNext(lane),
    // If another worker has the job by now, that one has read the rows after its takeover.
    job: async (jobId) => runs.running.get(jobId)?.wake(),
  };
  return retryUntilConnected(
    () => startConsumer({ db, databaseUrl, workerId: worker.id, log, handlers }),
    retry,
  );
}

/** Receives secrets. After a lost connection, what was missed is read from the rows. */
function listenFor(worker: Worker, stop: (why: string) => void): Listener {
  const { log, runs, background } = worker;
  return listen({
    databaseUrl: worker.databaseUrl,
    name: processName("worker", worker.host),
    channels: ["secret"],
    onNotification: (_, jobId, rest) => receiveSecret(worker, jobId, rest),
    onGap: () => {
      for (const job of runs.running.values()) job.checkRows();
      void background.run(() => checkSchema(worker, stop));
      void background.run(() => sweep(worker));
    },
    onLost: (error) => log.warn("worker: lost the listening connection", { error }),
  });
}

/** @param rest the id of the interaction and the sealed secret */
function receiveSecret({ secretKeys, runs }: Worker, jobId: number, rest: string): void {
  const [id = "", sealed = ""] = rest.split(" ");
  const interactionId = Number(id);
  const secret = secretKeys.open(sealed, { jobId, interactionId });
  // All workers receive it, and only the one that it was sealed for can open it.
  if (secret !== undefined) runs.running.get(jobId)?.keepSecret(interactionId, secret);
}

/** The database may have been migrated while it was unreachable. */
async function checkSchema({ db }: Worker, stop: (why: string) => void): Promise<void> {
  try {
    await requireSchema(db);
  } catch (error) {
    if (!(error instanceof SchemaMismatch)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
    stop("the schema");
  }
}

try {
  await main();
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof SchemaMismatch)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
