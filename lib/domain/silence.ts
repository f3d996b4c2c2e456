// A worker that is not heard. Its host may be cut off, down, or gone for good; scap may go on there all the same. Pure;
// the time is handed in.

/** A restart or a take-over is over by then: shorter silences are nobody's business. */
export const SILENT_AFTER_SECONDS = 10;

/** How long a worker has been silent before a person may say that its job is lost. */
export const LOSS_AFTER_MS = 5 * 60_000;

/** @param silentSince its latest sign of life; null while it is heard. */
export function mayDeclareLost(silentSince: Date | null, now: Date): boolean {
  return silentSince !== null && now.getTime() - silentSince.getTime() >= LOSS_AFTER_MS;
}
