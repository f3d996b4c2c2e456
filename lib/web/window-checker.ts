// Keeps what is known about the changes of windows current: windows that are open, and those that people view. Each web process
// runs it; leases in the database make them take turns. It also creates the windows of weekly series.
import { checkNextWindow } from "../actions/check-window.ts";
import { extendSeries } from "../actions/windows.ts";
import { isUnreachable } from "../db/connection.ts";
import type { Services } from "./services.ts";

/** How often a window that is due is looked up. */
const CHECK_EVERY_MS = 5000;
const EXTEND_EVERY_MS = 3_600_000;
/** In one turn; the others are checked in the next one. */
const WINDOWS_PER_TURN = 5;

export function startWindowChecker({ db, gerrit, live, log }: Services): { stop(): void } {
  const check = exclusive(async () => {
    for (let count = 0; count < WINDOWS_PER_TURN; count += 1) {
      if (!(await checkNextWindow({ db, gerrit }, live.watchedWindows()))) return;
    }
  });
  const extend = exclusive(() => extendSeries(db));

  /** One run at a time. The next one tries again. */
  function exclusive(work: () => Promise<void>): () => void {
    let isRunning = false;
    return () => {
      if (isRunning) return;
      isRunning = true;
      work()
        .catch((error: unknown) => {
          // The other parts of the process report that.
          if (!isUnreachable(error)) log.warn("windows: a check failed; trying again later", { error });
        })
        .finally(() => {
          isRunning = false;
        });
    };
  }

  const timers = [setInterval(check, CHECK_EVERY_MS), setInterval(extend, EXTEND_EVERY_MS)];
  extend();
  return {
    stop() {
      for (const timer of timers) clearInterval(timer);
    },
  };
}
