// What a worker repeats: heartbeats, takeovers, and checks of rows that no message reports.
import { listStartableLanes } from "#lib/db/jobs.ts";
import { listJobsToWake } from "#lib/db/runs.ts";
import { storeNextWeek } from "#lib/db/reports.ts";
import { recordScapVersion } from "#lib/db/workers.ts";
import { inheritableEnvironment } from "#lib/config.ts";
import { readScapVersion } from "#lib/scap-version.ts";
import { removeUnusedWorkerQueues } from "#lib/queue/queues.ts";
import { compactEndedJobs } from "./compaction.ts";
import { sweepOutput } from "./retention.ts";
import { TRAIN_CHECK_MS } from "./train/watch.ts";
import { checkIntervalMs, checkUnanswered } from "./unanswered.ts";
import type { Worker } from "./worker.ts";

const HEARTBEAT_MS = 1000;
const SWEEP_MS = 5000;
const MAINTENANCE_MS = 10 * 60_000;

/** Resolves when this worker has taken over what it can and has started what was queued. */
export async function startSchedule(worker: Worker): Promise<void> {
  const { db, log, settings, background, runs, heartbeat, journalCleanup, trainWatch } = worker;
  background.every(HEARTBEAT_MS, async () => {
    const hasJobs = await heartbeat.send(runs.ownedJobs(), () => runs.releaseLostLeases());
    // Not awaited: the next heartbeat must not wait for a takeover.
    if (hasJobs) void background.run(() => runs.takeOver());
  });
  background.every(SWEEP_MS, () => sweep(worker));
  background.every(SWEEP_MS, () => journalCleanup.cleanUp());
  background.every(checkIntervalMs(settings), () =>
    checkUnanswered({ db, remindAfterMs: settings.remindAfterMs, running: runs.running, log }),
  );
  background.every(MAINTENANCE_MS, () => maintain(worker));
  if (trainWatch !== undefined) {
    background.every(TRAIN_CHECK_MS, () => trainWatch.check());
    void background.run(() => trainWatch.check());
  }
  await background.run(() => runs.takeOver());
  await background.run(() => sweep(worker));
  void background.run(() => checkScap(worker));
  void background.run(async () => {
    // First, because it finds out whether scap of a lost job still runs.
    await journalCleanup.sweep();
    await maintain(worker);
  });
}

/**
 * What no message reports: a lease that was revoked while heartbeats were missed, a signal for an expired question that could
 * not be sent before it was known whether scap still asks it, and a freeze of a lane that ends by its time.
 */
export async function sweep({ db, runs }: Worker): Promise<void> {
  await runs.releaseLostLeases();
  const running = [...runs.running.keys()];
  // One statement for all jobs: a worker may have many, of which nearly all have nothing to deliver.
  const toWake = running.length === 0 ? [] : await listJobsToWake(db, running);
  for (const id of toWake) runs.running.get(id)?.wake();
  for (const lane of await listStartableLanes(db)) await runs.startNext(lane);
}

async function maintain({ db, log, settings, background, journalCleanup }: Worker): Promise<void> {
  const isStopping = (): boolean => background.isStopped;
  await sweepOutput({ db, days: settings.outputRetentionDays, log, isStopping });
  // Removes the journals of lost jobs whose output was removed.
  await journalCleanup.sweep();
  await removeUnusedWorkerQueues(db);
  while (!isStopping() && (await storeNextWeek(db)) !== undefined);
  await compactEndedJobs({ db, isStopping });
}

/** Jobs start whatever it says: scap itself reports best why it does not run, and pages and log show it before the first job. */
async function checkScap({ db, id, log, settings }: Worker): Promise<void> {
  const { scapCommand = [], scapDirectory: cwd, scapEnvironment } = settings;
  const found = await readScapVersion(scapCommand, { cwd, env: inheritableEnvironment(scapEnvironment) });
  if ("problem" in found) log.warn("worker: scap does not run", found);
  await recordScapVersion(db, id, found);
}
