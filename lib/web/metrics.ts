// The metrics of a web process: its own counters, and what the database says now, read at each scrape. The latter cost the same
// however long the history is, and are the same in every web process.
import { listBlockedLanes } from "../db/blocked-lanes.ts";
import { countUnendedJobs } from "../db/jobs.ts";
import { measureUnanswered } from "../db/unanswered.ts";
import { countWorkers } from "../db/workers.ts";
import { isUnreachable } from "../db/connection.ts";
import { type Metrics, metrics, render as renderAll } from "../metrics/registry.ts";
import { services } from "./services.ts";

const KEY = Symbol.for("spiderpig.rendering");
type Holder = { [KEY]?: Promise<string> | undefined };

/**
 * Scrapes at the same time share one reading of the database, and do not reset each other's gauges. On globalThis like the gauges,
 * because the listener and the route handler are separate module instances.
 */
export function renderMetrics(): Promise<string> {
  const holder = globalThis as Holder;
  holder[KEY] ??= render(metrics()).finally(() => {
    holder[KEY] = undefined;
  });
  return holder[KEY];
}

/** Without the database, what it says is absent: its last state would look like the present one. */
async function render(of: Metrics): Promise<string> {
  const { db, log } = services();
  const { pool } = db;
  of.connections.set({ state: "open" }, pool.totalCount);
  of.connections.set({ state: "idle" }, pool.idleCount);
  of.connections.set({ state: "waiting" }, pool.waitingCount);
  for (const gauge of Object.values(of.database)) gauge.reset();
  try {
    await readDatabase(of);
  } catch (error) {
    if (!isUnreachable(error)) throw error;
    log.warn("metrics: the database did not respond", { error });
  }
  return renderAll(of);
}

async function readDatabase({ database: to }: Metrics): Promise<void> {
  const { db } = services();
  const unended = await countUnendedJobs(db);
  const unanswered = await measureUnanswered(db);
  to.workers.set(await countWorkers(db));
  to.questions.set(unanswered.count);
  to.questionAge.set(unanswered.oldestSeconds);
  for (const { lane, obstacle } of await listBlockedLanes(db)) {
    const host = "host" in obstacle ? obstacle.host : "";
    to.blockedLanes.set({ lane, host, reason: obstacle.kind }, 1);
  }
  for (const { lane, state, count, oldestSeconds } of unended) {
    to.jobs.set({ lane, state }, count);
    if (state === "queued") to.queueAge.set({ lane }, oldestSeconds);
  }
}
