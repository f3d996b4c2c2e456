// The parts of a worker process that all its jobs share. Making them opens no connection.
import { randomUUID } from "node:crypto";
import process from "node:process";
import { type Config, requireSetting } from "#lib/config.ts";
import { type Database, openDatabase } from "#lib/db/connection.ts";
import { createLog, type Log } from "#lib/log.ts";
import { createSecretKeys } from "#lib/sealed-box.ts";
import { VERSION } from "#lib/version.ts";
import { createBackground, type Background } from "./background.ts";
import { commandOf, environmentOf } from "./command.ts";
import { createDisk, type Disk } from "./disk.ts";
import { createDatabaseClock } from "./database-clock.ts";
import { createHeartbeat, type Heartbeat } from "./heartbeat.ts";
import { createJournalCleanup, type JournalCleanup } from "./journal-cleanup.ts";
import { createProtocolKeys } from "./protocol-key.ts";
import { createRuns, type Runs } from "./runs.ts";
import { createSpares, type Spares } from "./spares.ts";
import { readTrain } from "./train/read-train.ts";
import { createTrainServices } from "./train/services.ts";
import { createTrainWatch, type TrainWatch } from "./train/watch.ts";
import { createThrottle } from "./throttle.ts";

export type Worker = {
  id: string;
  host: string;
  settings: Config;
  databaseUrl: string;
  db: Database;
  log: Log;
  secretKeys: ReturnType<typeof createSecretKeys>;
  heartbeat: Heartbeat;
  disk: Disk;
  spares: Spares;
  journalCleanup: JournalCleanup;
  background: Background;
  runs: Runs;
  /** Undefined without SCAP_STAGING_DIR. */
  trainWatch: TrainWatch | undefined;
};

/** @throws ConfigError when a required setting is missing. */
export function createWorker(settings: Config): Worker {
  const databaseUrl = requireSetting(settings.databaseUrl, "DATABASE_URL");
  const scapCommand = requireSetting(settings.scapCommand, "SCAP_COMMAND");
  const { dataDir, workerHost: host, workerOperations: operations } = settings;
  const id = randomUUID();
  const log = createLog("worker");
  const db = openDatabase(databaseUrl, "spiderpig worker");
  const clock = createDatabaseClock(log);
  const secretKeys = createSecretKeys();
  const { publicKey } = secretKeys;
  const identity = { id, host, pid: process.pid, version: VERSION, publicKey, operations };
  const disk = createDisk(dataDir, settings.minFreeDiskBytes);
  const protocolKey = createProtocolKeys(dataDir);
  const spares = createSpares(dataDir);
  const journalCleanup = createJournalCleanup({ db, dataDir, host, log });
  const background = createBackground(log);
  const trainWatch = trainWatchOf(settings, { db, host, log });
  const runs = createRuns({
    context: {
      db,
      spares,
      log,
      clock,
      throttle: createThrottle(),
      dataDir,
      protocolKey,
      questionExpiry: settings.questionExpiry,
      ...trainWatch?.hooks,
      launch: (job) => ({
        argv: commandOf(scapCommand, job),
        cwd: settings.scapDirectory ?? process.cwd(),
        env: environmentOf(job, protocolKey(job.id), settings.scapEnvironment),
      }),
    },
    worker: { id, host },
    claimProblem: disk.problem,
    onRunEnded(jobId) {
      journalCleanup.noteRunEnded(jobId);
      void background.run(() => journalCleanup.cleanUp());
      if (trainWatch !== undefined) void background.run(() => trainWatch.check());
    },
  });
  const heartbeat = createHeartbeat({ db, worker: identity, clock, claimProblem: disk.problem });
  return {
    id,
    host,
    settings,
    databaseUrl,
    db,
    log,
    secretKeys,
    heartbeat,
    disk,
    spares,
    journalCleanup,
    background,
    runs,
    trainWatch,
  };
}

function trainWatchOf(
  { train: { stagingDirectory, realm, blockersUrl, project }, gerritUrl }: Config,
  worker: { db: Database; host: string; log: Log },
): TrainWatch | undefined {
  if (stagingDirectory === undefined) return undefined;
  const services = createTrainServices({ blockersUrl, gerritUrl, project });
  return createTrainWatch({ ...worker, read: () => readTrain({ stagingDirectory, realm }, services) });
}
