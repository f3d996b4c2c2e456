// The kernel's monotonic clock, which all processes of a machine share and which clock adjustments do not move. The
// measured programs record it too, so timestamps of different processes can be subtracted.

/** Milliseconds since boot, with a fraction. */
export function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
