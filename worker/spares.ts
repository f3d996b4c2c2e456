// Keeps one spare holder process: loading one takes about 60 ms, more than the whole target from request to first output.
import { launchSpare, type Spare } from "../holder/client/launch.ts";

/** Loading the next one must not compete with the first output of the job that took this one. */
const LAUNCH_AFTER_MS = 300;

export type Spares = {
  /** A holder without a job. Its `start` waits until it is ready. */
  take(): Spare;
  close(): void;
};

/** @param dataDir absolute. */
export function createSpares(dataDir: string): Spares {
  let next: Spare | undefined = launchSpare({ dataDir });
  let timer: NodeJS.Timeout | undefined;

  return {
    take() {
      const taken = next ?? launchSpare({ dataDir });
      next = undefined;
      timer ??= setTimeout(() => {
        timer = undefined;
        next ??= launchSpare({ dataDir });
      }, LAUNCH_AFTER_MS);
      return taken;
    },
    close() {
      clearTimeout(timer);
      next?.discard();
      next = undefined;
    },
  };
}
