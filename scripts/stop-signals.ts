/** What Ctrl-C and its relatives mean to the supervisor: the first stops in order, a second does not wait. */
import type { Supervisor } from "./supervisor.ts";

/** One Ctrl-C arrives up to three times: from the terminal, from npm and from the bootstrap. */
const SAME_GESTURE_MS = 700;

export type Stopping = {
  /** Resolves when everything has stopped. */
  done: Promise<void>;
  hasBegun(): boolean;
};

/** @param announce called once, when stopping begins */
export function stopOnSignals(supervisor: Supervisor, announce: () => void): Stopping {
  const { promise: done, resolve } = Promise.withResolvers<void>();
  let begunAt: number | undefined;
  const onSignal = (): void => {
    const now = performance.now();
    if (begunAt === undefined) {
      begunAt = now;
      announce();
      void supervisor.stop().then(resolve);
    } else if (now - begunAt > SAME_GESTURE_MS) {
      supervisor.kill();
    }
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, onSignal);
  return { done, hasBegun: () => begunAt !== undefined };
}
