// Starts a job's command, at most once: whoever asks, however often, the holder's own lock on the job decides.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { TERMINAL_SIZE } from "#lib/domain/terminal.ts";
import type { Log } from "#lib/log.ts";
import { findHolder, readHolderFile } from "../holder/client/find-holder.ts";
import { jobDirectory } from "../holder/protocol/job-directory.ts";
import { monotonicNow } from "../holder/protocol/monotonic-clock.ts";
import type { Spares } from "./spares.ts";

/** How long the holder's own process may take between the order and the command's start. */
const START_WITHIN_MS = 10_000;
const RETRY_MS_MIN = 500;
const RETRY_MS_MAX = 10_000;
/** A holder dies of a person or of the machine, once; one that always dies is not worth waiting for. */
const HOLDER_DEATHS_MAX = 4;

/** More jobs than a standby or a fresh backup lacks. */
const FORGOTTEN_MAX = 10_000;

const OTHERS =
  "This host had another job of this number, which the database has forgotten, and scap of that one may still run here. Nothing was started for this one: look what the other has done, release the lane, then ask for the changes again.";

export type Started =
  /** By this call, just now. */
  | { state: "started" }
  /** By somebody else, or earlier; it may have ended meanwhile. */
  | { state: "found" }
  | { state: "refused"; why: string }
  /** The number is that of another job, which the database has forgotten. */
  | { state: "taken"; why: string; highestNumber: number }
  /** The caller let go before it was decided. */
  | { state: "abandoned" };

export async function startCommand(
  context: { spares: Spares; dataDir: string; log: Log },
  order: {
    jobId: number;
    epoch: number;
    /** The end of its arguments, which are only its own. */
    command: readonly string[];
    launch: () => { argv: string[]; cwd: string; env: Record<string, string> };
  },
  isAbandoned: () => boolean,
): Promise<Started> {
  let deaths = 0;
  for (let retryMs = RETRY_MS_MIN; !isAbandoned(); retryMs = Math.min(retryMs * 2, RETRY_MS_MAX)) {
    const found = await findHolder(context.dataDir, order.jobId);
    if (found.state !== "none") {
      return isOf(order, context.dataDir)
        ? { state: "found" }
        : { state: "taken", why: OTHERS, highestNumber: highestOf(context.dataDir, order.jobId) };
    }
    const result = await context.spares.take().start({
      jobId: String(order.jobId),
      ...order.launch(),
      ...TERMINAL_SIZE,
      notAfter: monotonicNow() + START_WITHIN_MS,
      epoch: order.epoch,
    });
    if (result.started) return { state: "started" };
    if (result.reason === "already_started") return { state: "found" };
    if (result.reason === "spawn_failed") return { state: "refused", why: result.message };
    const { reason, message } = result;
    if (reason === "holder_died") deaths += 1;
    if (deaths === HOLDER_DEATHS_MAX) return { state: "refused", why: message };
    context.log.warn("job: not started yet, trying again", { jobId: order.jobId, reason, message });
    await sleep(retryMs);
  }
  return { state: "abandoned" };
}

/**
 * Whether what is there was started for this job. A database that comes back as it was before gives the number of a job
 * that it has forgotten to another one, but it may also have forgotten only that this one was started. What says nothing
 * of itself is the job's own.
 */
function isOf({ jobId, command }: { jobId: number; command: readonly string[] }, dataDir: string): boolean {
  const argv = readHolderFile(jobDirectory(dataDir, jobId))?.argv;
  return argv === undefined || isDeepStrictEqual(argv.slice(-command.length), [...command]);
}

/** The highest number of a job that this host has had, among those that the database may give next. */
function highestOf(dataDir: string, jobId: number): number {
  const numbers = readdirSync(join(dataDir, "jobs")).map(Number);
  return Math.max(...numbers.filter((number) => number >= jobId && number <= jobId + FORGOTTEN_MAX));
}
