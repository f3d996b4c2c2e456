/**
 * Loaded before a program (--import): stops the program when its parent has exited, even after SIGKILL.
 *
 * The kernel then closes the parent's end of the pipe that the program has as descriptor 3. Preloaded, so that programs need
 * no code for it. PR_SET_PDEATHSIG would send one signal only, and a program that ignores it would keep running.
 */
import { Socket } from "node:net";
import { isMainThread } from "node:worker_threads";

/** Longer than any part takes to stop. */
const STOP_TIMEOUT_MS = 15_000;

const parent = process.env["SPIDERPIG_LIFELINE"];
// Threads load this again, and children may inherit our arguments: the pipe is for this process alone.
if (isMainThread && parent === String(process.ppid)) {
  delete process.env["SPIDERPIG_LIFELINE"];
  const pipe = new Socket({ fd: 3 });
  pipe.unref();
  pipe.once("close", () => {
    setTimeout(() => process.kill(process.pid, "SIGKILL"), STOP_TIMEOUT_MS).unref();
    process.kill(process.pid, "SIGTERM");
  });
  pipe.once("error", () => undefined);
  pipe.resume();
}
