// Checks the rows of a job whenever they may have changed: one check at a time, once more after a request during a check, and again
// while the database or the holder cannot be reached. A message only requests a check; the rows decide what is done.
import { setTimeout as sleep } from "node:timers/promises";
import { isUnreachable } from "#lib/db/connection.ts";
import { LeaseLost } from "#lib/db/runs.ts";
import { ConnectionLost } from "../holder/client/connection-types.ts";

const RETRY_MS = 500;

export type RowCheck = {
  /** Checks once more, after a check that is under way. Never rejects. */
  request(): Promise<void>;
  /** Resolves when no check is under way. */
  settled(): Promise<void>;
  stop(): void;
};

/** @param onError the check failed and is not retried: this run cannot continue. Not called when another worker has the job. */
export function createRowCheck(check: () => Promise<void>, onError: (cause: unknown) => void): RowCheck {
  let running: Promise<void> | undefined;
  let isRequested = false;
  let isStopped = false;

  async function run(): Promise<void> {
    while (isRequested && !isStopped) {
      isRequested = false;
      try {
        await check();
      } catch (error) {
        if (error instanceof LeaseLost) break;
        if (!isUnreachable(error) && !(error instanceof ConnectionLost)) {
          if (!isStopped) onError(error);
          break;
        }
        isRequested = true;
        await sleep(RETRY_MS);
      }
    }
    // Set synchronously after the last check of `isRequested`, so that a later request starts a new check.
    running = undefined;
  }

  return {
    request() {
      isRequested = true;
      running ??= run();
      return running;
    },
    settled: async () => running,
    stop() {
      isStopped = true;
    },
  };
}
