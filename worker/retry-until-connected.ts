import { setTimeout as sleep } from "node:timers/promises";
import { isUnreachable } from "#lib/db/connection.ts";

/** Retries `work` while the database is unreachable. Rejects with any other error, and with that one once `isCancelled`. */
export async function retryUntilConnected<T>(
  work: () => Promise<T>,
  options: { intervalMs: number; isCancelled?: () => boolean; onUnreachable?: (error: unknown) => void },
): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isUnreachable(error) || options.isCancelled?.() === true) throw error;
      options.onUnreachable?.(error);
      await sleep(options.intervalMs);
    }
  }
}
