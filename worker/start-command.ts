// Starts a job's command, at most once: the holder's claim of the job decides, however often a start is ordered.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { TERMINAL_SIZE } from "#lib/domain/terminal.ts";
import { sentence } from "#lib/domain/sentence.ts";
import type { Log } from "#lib/log.ts";
import { findHolder, readHolderFile, type HolderState } from "../holder/client/find-holder.ts";
import { jobDirectory } from "../holder/protocol/job-directory.ts";
import { monotonicNow } from "../holder/protocol/monotonic-clock.ts";
import type { Spares } from "./spares.ts";

/** How long the holder may take between the order and the start of the command. */
const START_TIMEOUT_MS = 10_000;
const RETRY_MS_MIN = 500;
const RETRY_MS_MAX = 10_000;
/** A holder may be killed once, by a person or the machine; if it always dies, retries do not help. */
const HOLDER_DEATHS_MAX = 4;
/** More than a minute: a short lack of memory or processes does not fail a job. */
const ATTEMPTS_MAX = 12;
const CHECK_HOST =
  "Nothing was started. Check the memory, the process limit, the disk and the Node installation of this host, then deploy the changes again.";

/** More jobs than a standby or a recent backup lacks. */
const LOST_JOBS_MAX = 10_000;

const NUMBER_TAKEN =
  "This host had another job with this number, which the database lost when it was restored, and its scap may still run. Nothing was started for this job: check what the other one did, release the lane, then deploy the changes again.";

export type Started =
  /** By this call, just now. */
  | { state: "started" }
  /** Earlier, or by another worker; it may have ended meanwhile. */
  | { state: "found" }
  | { state: "refused"; why: string }
  /** The number belongs to another job, which a restored database does not have. */
  | { state: "taken"; why: string; highestNumber: number }
  /** The caller cancelled before it was decided. */
  | { state: "abandoned" };

export async function startCommand(
  context: {
    spares: Spares;
    dataDir: string;
    log: Log;
    /** Between two attempts; a test passes another one. */
    wait?: (ms: number) => Promise<void>;
  },
  order: {
    jobId: number;
    epoch: number;
    /** The last arguments of its argv, which are specific to the job. */
    command: readonly string[];
    launch: () => { argv: string[]; cwd: string; env: Record<string, string> };
  },
  isAbandoned: () => boolean,
): Promise<Started> {
  const { wait = sleep } = context;
  let attempts = 0;
  let deaths = 0;
  for (let retryMs = RETRY_MS_MIN; !isAbandoned(); retryMs = Math.min(retryMs * 2, RETRY_MS_MAX)) {
    const found = await findHolder(context.dataDir, order.jobId);
    if (found.state !== "none") {
      return isSameJob(order, context.dataDir)
        ? describeFound(found)
        : {
            state: "taken",
            why: NUMBER_TAKEN,
            highestNumber: findHighestNumber(context.dataDir, order.jobId),
          };
    }
    const result = await context.spares.take().start({
      jobId: String(order.jobId),
      ...order.launch(),
      ...TERMINAL_SIZE,
      notAfter: monotonicNow() + START_TIMEOUT_MS,
      epoch: order.epoch,
    });
    if (result.started) return { state: "started" };
    if (result.reason === "already_started") return { state: "found" };
    if (result.reason === "spawn_failed") return { state: "refused", why: result.message };
    const { reason, message } = result;
    attempts += 1;
    if (reason === "holder_died") deaths += 1;
    if (deaths === HOLDER_DEATHS_MAX || attempts === ATTEMPTS_MAX) {
      return { state: "refused", why: `${sentence(message)} ${CHECK_HOST}` };
    }
    context.log.warn("job: not started yet, will retry", { jobId: order.jobId, reason, message });
    await wait(retryMs);
  }
  return { state: "abandoned" };
}

/** A worker may have died after its holder could not start the command, before it returned the job to the queue. */
function describeFound(found: HolderState): Started {
  const failure = found.state === "ended" ? found.exit.failure : null;
  return failure === null ? { state: "found" } : { state: "refused", why: failure };
}

/**
 * Whether the existing holder was started for this job. A restored database gives the number of a job that it lost to another one,
 * but it may also have lost only the start of this one. A holder without a holder.json counts as the job's own.
 */
function isSameJob(
  { jobId, command }: { jobId: number; command: readonly string[] },
  dataDir: string,
): boolean {
  const argv = readHolderFile(jobDirectory(dataDir, jobId))?.argv;
  return argv === undefined || isDeepStrictEqual(argv.slice(-command.length), [...command]);
}

/** The highest number of a job on this host, among those that the database may assign next. */
function findHighestNumber(dataDir: string, jobId: number): number {
  const numbers = readdirSync(join(dataDir, "jobs")).map(Number);
  return Math.max(...numbers.filter((number) => number >= jobId && number <= jobId + LOST_JOBS_MAX));
}
