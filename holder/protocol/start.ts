// The messages between a worker and the holder process that it launched, over Node's IPC channel, until the command runs.

export type StartOrder = {
  dataDir: string;
  jobId: string;
  argv: string[];
  cwd: string;
  /** The whole environment of the command; the holder adds nothing of its own. */
  env: Record<string, string>;
  columns: number;
  rows: number;
  /** By the monotonic clock; an order that arrives later is refused. */
  notAfter: number;
  /** Of the lease of the worker that orders the start. */
  epoch: number;
};

export type StartResult =
  | { started: true; pid: number }
  /**
   * `no_holder`: the holder process could not be started. `holder_died`: it died before it had claimed the job. Nothing was
   * started in either case, and a retry may succeed.
   */
  | {
      started: false;
      reason: "already_started" | "late" | "no_holder" | "holder_died" | "spawn_failed";
      message: string;
    };

export type ToHolder = { start: StartOrder };
export type FromHolder = { ready: true } | { result: StartResult };
