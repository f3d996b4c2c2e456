// The holder's program: waits for one order to start, holds that job, and ends with it.
//
// It is started ahead of time and kept waiting, because loading takes longer than starting. While it waits it ends
// with the worker that started it; once it has a job nothing that happens to the worker matters to it any more.

import type { FromHolder, StartOrder, ToHolder } from "../protocol/start.ts";
import { flushCompileCache } from "node:module";
import { closeSync, readdirSync, readFileSync } from "node:fs";
import { holdJob } from "./hold.ts";

/** O_CLOEXEC as fdinfo shows it. All of Node's own descriptors have it. */
const CLOSE_ON_EXEC = 0o2000000;

let hasJob = false;

process.umask(0o077);
process.chdir("/");
closeStrayDescriptors();
// Whoever stops the worker, a terminal or a service manager may signal its whole group or control group: the
// deployment goes on. SIGXFSZ comes with a limit on file sizes; the write fails as well, and that is dealt with.
for (const signal of ["SIGHUP", "SIGINT", "SIGTERM", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGXFSZ"] as const) {
  process.on(signal, () => {
    if (!hasJob) {
      process.exit(0);
    }
  });
}
process.on("disconnect", () => {
  if (!hasJob) {
    process.exit(0);
  }
});
process.on("message", (message: ToHolder) => {
  if (!hasJob) {
    hasJob = true;
    void hold(message.start);
  }
});
void tell({ ready: true });
// Now, because the end of a job may be hours away and others start meanwhile.
flushCompileCache();

async function hold(order: StartOrder): Promise<void> {
  process.title = `spiderpig-holder ${order.jobId}`;
  const { result, ended } = await holdJob(order);
  await tell({ result });
  if (process.connected) {
    process.disconnect?.();
  }
  await ended;
  process.exit(0);
}

/** Resolves when it was sent, or when there is nobody to send it to. */
function tell(message: FromHolder): Promise<void> {
  return new Promise((told) => {
    if (process.send === undefined || !process.connected) {
      told();
    } else {
      process.send(message, undefined, undefined, () => told());
    }
  });
}

/** Descriptors that the worker's own parent left open for everybody would otherwise reach the deployment. */
function closeStrayDescriptors(): void {
  for (const fd of readdirSync("/proc/self/fd").map(Number)) {
    try {
      const flags = /^flags:\s*([0-7]+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "latin1"))?.[1];
      if (fd > 2 && flags !== undefined && (Number.parseInt(flags, 8) & CLOSE_ON_EXEC) === 0) {
        closeSync(fd);
      }
    } catch {
      // The descriptor of the listing itself is gone by now.
    }
  }
}
