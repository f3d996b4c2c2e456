// Starts a job's command, at most once: whoever asks, however often, the holder's own lock on the job decides.
import { setTimeout as sleep } from "node:timers/promises";
import { TERMINAL_SIZE } from "#lib/domain/terminal.ts";
import type { Log } from "#lib/log.ts";
import { findHolder } from "./holder/find-holder.ts";
import { steadyNow } from "./holder/steady-clock.ts";
import type { Spares } from "./spares.ts";

/** How long the holder's own process may take between the order and the command's start. */
const START_WITHIN_MS = 10_000;
const RETRY_MS_MIN = 500;
const RETRY_MS_MAX = 10_000;
/** A holder dies of a person or of the machine, once; one that always dies is not worth waiting for. */
const HOLDER_DEATHS_MAX = 4;

const OTHERS =
  "This host had a job of this number before, which the database has forgotten, and scap of that one may still run here. Nothing was started: look first, then ask for the changes again.";

export type Started =
  /** By this call, just now. */
  | { state: "started" }
  /** By somebody else, or earlier; it may have ended meanwhile. */
  | { state: "found" }
  | { state: "refused"; why: string }
  /** The caller let go before it was decided. */
  | { state: "abandoned" };

export async function startCommand(
  context: { spares: Spares; dataDir: string; log: Log },
  order: {
    jobId: number;
    epoch: number;
    launch: () => { argv: string[]; cwd: string; env: Record<string, string> };
  },
  isAbandoned: () => boolean,
): Promise<Started> {
  let deaths = 0;
  let isFirstLook = true;
  for (let retryMs = RETRY_MS_MIN; !isAbandoned(); retryMs = Math.min(retryMs * 2, RETRY_MS_MAX)) {
    const found = await findHolder(context.dataDir, order.jobId);
    // Nobody had this job before the first lease, and this is the first that is done under it.
    if (found.state !== "none" && isFirstLook && order.epoch === 1) return { state: "refused", why: OTHERS };
    if (found.state !== "none") return { state: "found" };
    isFirstLook = false;
    const result = await context.spares.take().start({
      jobId: String(order.jobId),
      ...order.launch(),
      ...TERMINAL_SIZE,
      notAfter: steadyNow() + START_WITHIN_MS,
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
