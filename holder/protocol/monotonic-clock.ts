// The monotonic clock: all processes of this machine share it, and it restarts at each boot. Deadlines that one process gives to
// another use it, because the time of day may be corrected by hours in between.
import process from "node:process";

/** Milliseconds. The clock stops while the machine sleeps. */
export function monotonicNow(): number {
  return Number(process.hrtime.bigint() / 1_000_000n);
}
