// Owns the pseudo-terminal of one command.
//
// The program's side (the slave) is kept open here from right after the start until everything is drained. So the
// kernel never hangs up the terminal before the last bytes of the output are read, modes can be read at any time, and fences
// can be written. Reading pauses only for moments, while a program prints faster than the worker reads.

import { closeSync, fstatSync, writeSync } from "node:fs";
import type { TerminalMode } from "../protocol/messages.ts";
import { createFencing, type Fencing } from "./fencing.ts";
import { libc } from "./libc.ts";
import { type NodePty, type PtyOrder, spawnPty } from "./pty.ts";

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

export type Terminal = Pick<Fencing, "fence"> & {
  readonly pid: number;
  readonly identity: TerminalIdentity;
  readonly closed: boolean;
  /** How many bytes have been typed since the start. */
  readonly typedBytes: number;
  /** How many bytes have been received from the terminal so far. */
  readonly receivedBytes: number;
  mode(): TerminalMode;
  /** Types into the terminal with one write. Returns how many bytes the kernel took, 0 when it takes none now. */
  type(bytes: Buffer): number;
  /** Typed bytes that no program has read yet; undefined when it is unknown. */
  unreadBytes(): number | undefined;
  /** Discards typed bytes that no program has read yet. */
  flushInput(): void;
  /** Calls back with each piece of output, before the listener, until it is called again. */
  observeOutput(observer: ((bytes: Buffer) => void) | undefined): void;
  resize(columns: number, rows: number): void;
  /**
   * Slows the program down: the kernel makes its next writes wait. Does nothing around a fence, which a full terminal would
   * refuse: the position of a question would be unknown.
   */
  pauseReading(ms: number): void;
  /** Nothing is read after this. Idempotent. */
  close(): void;
};

const PTS_MAJOR = 136;
/** A refused fence is repeated within this time. */
const FENCE_REPEATED_MS = 50;

/** @throws when the kernel has no terminal or no process left. */
export function createTerminal(order: PtyOrder, listeners: TerminalListeners): Terminal {
  const { pty, slaveFd } = spawnPty(order);
  libc?.prepareTerminal(slaveFd);
  const identity = identify(slaveFd, pty.ptsName);
  const output = createOutput(listeners);
  const fencing = createFencing(
    (bytes) => writeSome(slaveFd, bytes),
    (bytes) => output.take(bytes),
  );
  let typedBytes = 0;
  let isClosed = false;
  let pauseTimer: NodeJS.Timeout | undefined;
  let fencedAt = -FENCE_REPEATED_MS;
  listenTo(pty, fencing, listeners, () => isClosed);

  function resume(): void {
    if (pauseTimer === undefined) return;
    clearTimeout(pauseTimer);
    pauseTimer = undefined;
    pty.resume();
  }

  return {
    pid: pty.pid,
    identity,
    get closed() {
      return isClosed;
    },
    get typedBytes() {
      return typedBytes;
    },
    get receivedBytes() {
      return fencing.receivedBytes;
    },
    mode: () => (isClosed ? "unknown" : modeOf(slaveFd)),
    fence(settle) {
      fencedAt = performance.now();
      resume();
      fencing.fence(settle);
    },
    type(bytes) {
      const taken = isClosed ? 0 : writeSome(pty.fd, bytes);
      typedBytes += taken;
      return taken;
    },
    unreadBytes: () => (isClosed ? undefined : libc?.unreadBytes(slaveFd)),
    flushInput: () => (isClosed ? undefined : libc?.flushInput(slaveFd)),
    observeOutput: (observer) => output.observe(observer),
    resize: (columns, rows) => (isClosed ? undefined : pty.resize(columns, rows)),
    pauseReading(ms) {
      if (pauseTimer !== undefined || isClosed || performance.now() - fencedAt < FENCE_REPEATED_MS) return;
      pty.pause();
      pauseTimer = setTimeout(resume, ms);
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      fencing.stop();
      closeSync(slaveFd);
    },
  };
}

function createOutput(listeners: TerminalListeners) {
  let observer: ((bytes: Buffer) => void) | undefined;
  return {
    take(bytes: Buffer): void {
      observer?.(bytes);
      listeners.onOutput(bytes);
    },
    observe(next: typeof observer): void {
      observer = next;
    },
  };
}

function listenTo(
  pty: NodePty,
  fencing: Fencing,
  listeners: TerminalListeners,
  isClosed: () => boolean,
): void {
  pty.on("error", (error) => {
    // EIO: the last descriptor of the slave was closed, which is ours, at the end.
    if (!isClosed()) listeners.onError(error);
  });
  // With fewer than two listeners node-pty throws the error as well.
  pty.on("error", () => undefined);
  pty.onData((chunk) => fencing.receive(chunk));
  pty.onExit(({ exitCode, signal }) => {
    const killedBy = signal === undefined || signal === 0 ? null : signal;
    listeners.onExit(killedBy === null ? exitCode : null, killedBy);
  });
}

function modeOf(slaveFd: number): TerminalMode {
  const flags = libc?.localFlags(slaveFd);
  if (flags === undefined) return "unknown";
  if (!flags.canonical) return "key";
  return flags.echo ? "line" : "secret";
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
