// Keeps one holder process warm, because starting one takes longer than a deployer should wait for the first line.
import { launchSpare, type Spare } from "../holder/client/launch.ts";

/** Making the next one ready must not compete with the first line of the job that took this one. */
const PREPARE_AFTER_MS = 300;

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
      }, PREPARE_AFTER_MS);
      return taken;
    },
    close() {
      clearTimeout(timer);
      next?.discard();
      next = undefined;
    },
  };
}
