// The holder's program: waits for one order to start, holds that job, and ends with it.
//
// It is started ahead of time and waits as a spare, because loading it takes longer than starting a command. A spare ends with
// the worker that started it; a holder with a job is independent of the worker.

import type { FromHolder, StartOrder, ToHolder } from "../protocol/start.ts";
import { flushCompileCache } from "node:module";
import { closeSync, readdirSync, readFileSync } from "node:fs";
import { holdJob } from "./hold.ts";

/** O_CLOEXEC as fdinfo shows it. Node sets it on all its own descriptors. */
const CLOSE_ON_EXEC = 0o2000000;

let hasJob = false;

process.umask(0o077);
process.chdir("/");
closeInheritedDescriptors();
// A terminal or service manager that stops the worker may signal its whole process group or control group: the deployment keeps
// running. SIGXFSZ is sent at a limit on file sizes; the write fails as well, which the journal handles.
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
void send({ ready: true });
// Now, because a job may take hours to end, and other holders start meanwhile.
flushCompileCache();

async function hold(order: StartOrder): Promise<void> {
  process.title = `spiderpig-holder ${order.jobId}`;
  const { result, ended } = await holdJob(order);
  await send({ result });
  if (process.connected) {
    process.disconnect?.();
  }
  await ended;
  process.exit(0);
}

/** Resolves when the message was sent, or when the worker has ended. */
function send(message: FromHolder): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) {
      resolve();
    } else {
      process.send(message, undefined, undefined, () => resolve());
    }
  });
}

/** Otherwise the deployment would inherit descriptors that the worker's parent left open. */
function closeInheritedDescriptors(): void {
  for (const fd of readdirSync("/proc/self/fd").map(Number)) {
    try {
      const flags = /^flags:\s*([0-7]+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "latin1"))?.[1];
      if (fd > 2 && flags !== undefined && (Number.parseInt(flags, 8) & CLOSE_ON_EXEC) === 0) {
        closeSync(fd);
      }
    } catch {
      // The descriptor of the directory listing is closed by now.
    }
  }
}
