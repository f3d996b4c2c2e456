// The holder's program: waits for one order to start, holds that job, and ends with it.
//
// It is started ahead of time and kept waiting, because loading takes longer than starting. While it waits it ends
// with the worker that started it; once it has a job nothing that happens to the worker matters to it any more.

import { holdJob, type StartOrder, type StartResult } from "./hold.ts";

export type ToHolder = { start: StartOrder };
export type FromHolder = { ready: true } | { result: StartResult };

let hasJob = false;

process.umask(0o077);
process.chdir("/");
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
