// What a worker and the holder process that it launched say to each other over Node's IPC channel, until the command runs.

export interface StartOrder {
  dataDir: string;
  jobId: string;
  argv: string[];
  cwd: string;
  /** The whole environment of the command; nothing of the holder's is added. */
  env: Record<string, string>;
  columns: number;
  rows: number;
  /** By the steady clock; an order that comes later is refused. */
  notAfter: number;
  /** The lease of the worker that orders the start. */
  epoch: number;
}

export type StartResult =
  | { started: true; pid: number }
  /**
   * `no_holder`: the machine has no room for one more process. `holder_died`: it was gone before it had taken the job.
   * Nothing was started by either, and it may go better later.
   */
  | {
      started: false;
      reason: "already_started" | "late" | "no_holder" | "holder_died" | "spawn_failed";
      message: string;
    };

export type ToHolder = { start: StartOrder };
export type FromHolder = { ready: true } | { result: StartResult };
