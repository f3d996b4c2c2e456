/**
 * Loaded before a program (--import): ends the program when the one that started it is gone, however it went.
 *
 * A parent that is killed outright cannot tell its children, but the system closes its end of the pipe that they
 * hold as descriptor 3. Preloaded, so that no program has to know of it. Linux could send a signal instead
 * (PR_SET_PDEATHSIG), but only through a native call and only there.
 */
import { Socket } from "node:net";
import { isMainThread } from "node:worker_threads";

/** For the program's own ending, after which it is ended. Longer than any part takes to stop. */
const END_BOUND_MS = 15_000;

const parent = process.env["SPIDERPIG_LIFELINE"];
// Threads load this again, and children may inherit our arguments: the pipe is for this process alone.
if (isMainThread && parent === String(process.ppid)) {
  delete process.env["SPIDERPIG_LIFELINE"];
  const pipe = new Socket({ fd: 3 });
  pipe.unref();
  pipe.once("close", () => {
    setTimeout(() => process.kill(process.pid, "SIGKILL"), END_BOUND_MS).unref();
    process.kill(process.pid, "SIGTERM");
  });
  pipe.once("error", () => undefined);
  pipe.resume();
}
