// A clock that nobody sets: all processes of this machine share it, and it begins anew at each boot. Deadlines that one
// process gives to another are told by it, because the time of day may be corrected by hours in between.
import process from "node:process";

/** Milliseconds. It stands still while the machine sleeps. */
export function steadyNow(): number {
  return Number(process.hrtime.bigint() / 1_000_000n);
}
