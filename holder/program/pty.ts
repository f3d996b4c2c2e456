// Spawns a command on a new pseudo-terminal. The only file that imports node-pty.
import { constants, openSync } from "node:fs";
import { createRequire } from "node:module";

export type PtyOrder = {
  /** Absolute path of the program, then its arguments. */
  argv: readonly [string, ...string[]];
  cwd: string;
  env: Record<string, string>;
  columns: number;
  rows: number;
};

/** What we use of node-pty. Its types know neither Buffers nor the parts that only exist at run time. */
export type NodePty = {
  readonly pid: number;
  readonly fd: number;
  readonly ptsName: string;
  _emittedClose: boolean;
  onData(listener: (chunk: Buffer) => void): unknown;
  onExit(listener: (exit: { exitCode: number; signal?: number }) => void): unknown;
  on(event: "error", listener: (error: unknown) => void): unknown;
  resize(columns: number, rows: number): void;
  pause(): void;
  resume(): void;
};

type NodePtyModule = {
  spawn(
    file: string,
    args: string[],
    options: {
      cwd: string;
      env: Record<string, string>;
      cols: number;
      rows: number;
      encoding: null;
    },
  ): NodePty;
};

const nodePty = createRequire(import.meta.url)("node-pty") as NodePtyModule;

/** @throws when there is no terminal, or this is another version of node-pty: not all that is used of it is public. */
export function spawnPty(order: PtyOrder): { pty: NodePty; slaveFd: number } {
  const [file, ...args] = order.argv;
  const { cwd, env, columns: cols, rows } = order;
  const pty = nodePty.spawn(file, args, { cwd, env, cols, rows, encoding: null });
  try {
    if (typeof pty.fd !== "number" || typeof pty.ptsName !== "string" || pty._emittedClose !== false) {
      throw new Error("this version of node-pty is not supported");
    }
    const flags = constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK;
    const slaveFd = openSync(pty.ptsName, flags);
    reportExitAtOnce(pty);
    return { pty, slaveFd };
  } catch (error) {
    // A command that is reported as not started must not run.
    process.kill(pty.pid, "SIGKILL");
    throw error;
  }
}

/**
 * node-pty reports an exit only after its stream has closed, and destroys the stream 200 ms after the exit even if it has not
 * been read. With the slave kept open the stream does not close, so output of processes that outlive the command would be
 * lost. If node-pty believes that the stream has closed, it reports the exit at once and leaves the stream alone.
 */
function reportExitAtOnce(pty: NodePty): void {
  pty._emittedClose = true;
}
