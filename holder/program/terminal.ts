// Owns the pseudo-terminal of one command. The only file that imports node-pty.
//
// The program's side (the slave) is kept open here from right after the start until everything is drained. So the
// kernel never hangs up the terminal before the last bytes of the output are read, modes can be read at any time, and fences
// can be written. Reading pauses only for moments, while a program prints faster than the worker reads.

import { closeSync, constants, fstatSync, openSync, writeSync } from "node:fs";
import { createRequire } from "node:module";
import { FenceFilter } from "./fence.ts";
import { libc } from "./libc.ts";
import type { TerminalMode } from "../protocol/messages.ts";

export type TerminalOrder = {
  /** Absolute path of the program, then its arguments. */
  argv: readonly [string, ...string[]];
  cwd: string;
  env: Record<string, string>;
  columns: number;
  rows: number;
};

export type TerminalListeners = {
  /** Output without markers, in order, at full speed. The buffer is the listener's to keep. */
  onOutput(bytes: Buffer): void;
  /** The command has ended; its output, or that of processes it left behind, may still come. */
  onExit(exitCode: number | null, signal: number | null): void;
  onError(error: unknown): void;
};

/** Identifies the terminal, whatever name or mount it is opened through. */
export type TerminalIdentity = {
  device: bigint;
  fileSystem: bigint;
  /** As in /proc/<pid>/stat. */
  terminalNumber: number;
};

/** What we use of node-pty. Its types know neither Buffers nor the parts that only exist at run time. */
type NodePty = {
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

/** A marker that takes longer was discarded by a program, or the machine is so loaded that nothing is certain. */
const FENCE_TIMEOUT_MS = 250;
/** More than the kernel keeps of a terminal's output, which is some 12 KiB. */
const KERNEL_BYTES_MAX = 64 * 1024;

const PTS_MAJOR = 136;

export type FenceOutcome =
  /** Everything that was written to the terminal before has been passed to `onOutput`. */
  | "returned"
  /** The terminal took no marker: it is full or stopped, or a process is in the middle of a write. Nothing is known. */
  | "refused"
  /** It took one, which did not come back. */
  | "lost";

export class Terminal {
  readonly pid: number;
  readonly identity: TerminalIdentity;
  readonly #pty: NodePty;
  readonly #masterFd: number;
  readonly #slaveFd: number;
  readonly #filter = new FenceFilter();
  readonly #listeners: TerminalListeners;
  #fence: { marker: Buffer; settle: (outcome: FenceOutcome) => void; timer: NodeJS.Timeout } | null = null;
  #typedBytes = 0;
  #receivedBytes = 0;
  #closed = false;
  #pauseTimer: NodeJS.Timeout | null = null;

  /** @throws when the kernel has no terminal or no process left. */
  constructor(order: TerminalOrder, listeners: TerminalListeners) {
    this.#listeners = listeners;
    const [file, ...args] = order.argv;
    const { pty, slaveFd } = spawnPty(file, args, {
      cwd: order.cwd,
      env: order.env,
      cols: order.columns,
      rows: order.rows,
      encoding: null,
    });
    this.#pty = pty;
    this.pid = pty.pid;
    this.#slaveFd = slaveFd;
    libc?.prepareTerminal(slaveFd);
    this.#masterFd = pty.fd;
    this.identity = identify(slaveFd, pty.ptsName);
    reportExitAtOnce(pty);
    pty.on("error", (error) => {
      // EIO: the last descriptor of the slave was closed, which is ours, at the end.
      if (!this.#closed) {
        listeners.onError(error);
      }
    });
    // With fewer than two listeners node-pty throws the error as well.
    pty.on("error", () => undefined);
    pty.onData((chunk) => this.#receive(chunk));
    pty.onExit(({ exitCode, signal }) => {
      const killedBy = signal === undefined || signal === 0 ? null : signal;
      listeners.onExit(killedBy === null ? exitCode : null, killedBy);
    });
  }

  get closed(): boolean {
    return this.#closed;
  }

  mode(): TerminalMode {
    const flags = this.#closed ? null : (libc?.localFlags(this.#slaveFd) ?? null);
    if (flags === null) {
      return "unknown";
    }
    if (!flags.canonical) {
      return "key";
    }
    return flags.echo ? "line" : "secret";
  }

  /**
   * Finds out whether everything written to the terminal before this call has been passed to `onOutput`. One fence at a time;
   * `settle` is never called before this returns.
   */
  fence(settle: (outcome: FenceOutcome) => void): void {
    const marker = this.#fence === null && !this.#closed ? this.#filter.create() : null;
    const written = marker === null ? 0 : writeSome(this.#slaveFd, marker);
    if (marker === null || written < marker.length) {
      if (marker !== null && written > 0) {
        this.#filter.expectPart(marker.subarray(0, written));
      }
      setImmediate(settle, "refused");
      return;
    }
    this.#filter.expect(marker);
    const timer = setTimeout(() => this.#awaitLateFence(marker, this.#receivedBytes), FENCE_TIMEOUT_MS);
    this.#fence = { marker, settle, timer };
  }

  /**
   * The fence timed out, perhaps only because this process got no processor time and has not yet received what came in time.
   * The fence is lost when nothing more comes, or more than the kernel can have queued before it.
   */
  #awaitLateFence(marker: Buffer, receivedInTime: number): void {
    const received = this.#receivedBytes;
    setImmediate(() => {
      if (this.#closed || this.#fence?.marker !== marker) {
        return;
      }
      if (received !== this.#receivedBytes && this.#receivedBytes < receivedInTime + KERNEL_BYTES_MAX) {
        this.#awaitLateFence(marker, receivedInTime);
      } else {
        this.#giveUpFence(this.#fence.settle);
      }
    });
  }

  #giveUpFence(settle: (outcome: FenceOutcome) => void): void {
    this.#fence = null;
    const released = this.#filter.giveUp();
    if (released.length > 0) {
      this.#listeners.onOutput(released);
    }
    settle("lost");
  }

  /** Types into the terminal with one write. Returns how many bytes the kernel took, 0 when it takes none now. */
  type(bytes: Buffer): number {
    const taken = this.#closed ? 0 : writeSome(this.#masterFd, bytes);
    this.#typedBytes += taken;
    return taken;
  }

  /** How many bytes have been typed since the start. */
  get typedBytes(): number {
    return this.#typedBytes;
  }

  /** Typed bytes that no program has read yet; null when it is unknown. */
  unreadBytes(): number | null {
    return this.#closed ? null : (libc?.unreadBytes(this.#slaveFd) ?? null);
  }

  /** Discards typed bytes that no program has read yet. */
  flushInput(): void {
    if (!this.#closed) {
      libc?.flushInput(this.#slaveFd);
    }
  }

  resize(columns: number, rows: number): void {
    if (!this.#closed) {
      this.#pty.resize(columns, rows);
    }
  }

  /** Slows the program down: the kernel makes its next writes wait. */
  pauseReading(ms: number): void {
    if (this.#pauseTimer !== null || this.#closed) {
      return;
    }
    this.#pty.pause();
    this.#pauseTimer = setTimeout(() => {
      this.#pauseTimer = null;
      this.#pty.resume();
    }, ms);
  }

  /** Nothing is read after this. Idempotent. */
  close(): void {
    if (!this.#closed) {
      this.#closed = true;
      clearTimeout(this.#fence?.timer);
      closeSync(this.#slaveFd);
    }
  }

  /** How many bytes have been received from the terminal so far. */
  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  #receive(chunk: Buffer): void {
    this.#receivedBytes += chunk.length;
    for (const part of this.#filter.push(chunk)) {
      if ("output" in part) {
        this.#listeners.onOutput(part.output);
      } else if (part.marker === this.#fence?.marker) {
        const { settle, timer } = this.#fence;
        clearTimeout(timer);
        this.#fence = null;
        settle("returned");
      }
    }
  }
}

const nodePty = createRequire(import.meta.url)("node-pty") as NodePtyModule;

/** @throws when there is no terminal, or this is another version of node-pty: not all that is used of it is public. */
function spawnPty(
  file: string,
  args: string[],
  options: Parameters<NodePtyModule["spawn"]>[2],
): { pty: NodePty; slaveFd: number } {
  const pty = nodePty.spawn(file, args, options);
  try {
    if (typeof pty.fd !== "number" || typeof pty.ptsName !== "string" || pty._emittedClose !== false) {
      throw new Error("this version of node-pty is not supported");
    }
    const flags = constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK;
    return { pty, slaveFd: openSync(pty.ptsName, flags) };
  } catch (error) {
    // A command that is reported as not started must not run.
    process.kill(pty.pid, "SIGKILL");
    throw error;
  }
}

function writeSome(fd: number, bytes: Buffer): number {
  try {
    return writeSync(fd, bytes);
  } catch {
    // EAGAIN: full, stopped, or another process is in the middle of a write. EIO: hung up.
    return 0;
  }
}

function identify(slaveFd: number, name: string): TerminalIdentity {
  const { rdev, dev } = fstatSync(slaveFd, { bigint: true });
  const index = Number(name.slice(name.lastIndexOf("/") + 1));
  return {
    device: rdev,
    fileSystem: dev,
    terminalNumber: (index & 0xff) | (PTS_MAJOR << 8) | ((index & ~0xff) << 12),
  };
}

/**
 * node-pty reports an exit only after its stream has closed, and destroys the stream 200 ms after the exit even if it has not
 * been read. With the slave kept open the stream does not close, so output of processes that outlive the command would be
 * lost. If node-pty believes that the stream has closed, it reports the exit at once and leaves the stream alone.
 */
function reportExitAtOnce(pty: NodePty): void {
  pty._emittedClose = true;
}
