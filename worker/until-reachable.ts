import { setTimeout as sleep } from "node:timers/promises";
import { isUnreachable } from "#lib/db/connection.ts";

/** Does it again while the database is away. Rejects with anything else, and with that too once `isOver`. */
export async function untilReachable<T>(
  work: () => Promise<T>,
  options: { everyMs: number; isOver?: () => boolean; onAway?: () => void },
): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isUnreachable(error) || options.isOver?.() === true) throw error;
      options.onAway?.();
      await sleep(options.everyMs);
    }
  }
}
