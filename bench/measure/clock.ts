// One clock for all processes of this machine: the kernel's monotonic one, which no correction of the time of day
// moves. The programs under measurement print and note it, so differences between processes are true.

/** Milliseconds with a fraction, since the machine was started. */
export function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
