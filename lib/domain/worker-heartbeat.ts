// Workers without a heartbeat. The host may be disconnected, down, or lost; scap may still run there. Pure: the time is a
// parameter.

/** From then on a worker counts as unreachable. A restart or a failover takes less. */
export const HEARTBEAT_TIMEOUT_SECONDS = 10;

/** How long a worker must be unreachable before an admin may declare its jobs lost. */
export const LOSS_AFTER_MS = 5 * 60_000;

/** @param unreachableSince the last heartbeat; null while the worker responds */
export function mayDeclareLost(unreachableSince: Date | null, now: Date): boolean {
  return unreachableSince !== null && now.getTime() - unreachableSince.getTime() >= LOSS_AFTER_MS;
}
