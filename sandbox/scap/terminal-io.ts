// Reads one answer the way Python's input() does: blocked in read(0) on the main thread, where everybody who
// watches the process can see it waiting, and with whatever was typed too early thrown away.
//
// A blocked read does not let JavaScript's signal handlers run, and libuv asks the kernel to restart reads
// after a signal. siginterrupt() takes that request back, so that Ctrl-C ends the read with EINTR. Reading
// through a stream instead would show the process in epoll_wait, which tells an observer nothing.
import { readSync } from "node:fs";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { isatty } from "node:tty";
import { EndOfInput, KeyboardInterrupt } from "./errors.ts";

export function isInteractive(): boolean {
  return isatty(0) && isatty(1);
}

const tcFlushInput = process.platform === "darwin" ? 1 : 0;

type LibC = {
  tcflush(descriptor: number, queue: number): number;
  siginterrupt(signal: number, flag: number): number;
};
let loaded: LibC | undefined;

/** Loaded with the first prompt only: most scap processes never ask anything. */
function libc(): LibC {
  if (loaded !== undefined) return loaded;
  const koffi = createRequire(import.meta.url)("koffi") as typeof import("koffi");
  const library = koffi.load(null);
  loaded = {
    tcflush: library.func("int tcflush(int, int)") as LibC["tcflush"],
    siginterrupt: library.func("int siginterrupt(int, int)") as LibC["siginterrupt"],
  };
  return loaded;
}

/** Throws away what was typed before the question was asked. */
export function discardTypeAhead(): void {
  libc().tcflush(0, tcFlushInput);
}

// A pipe may deliver several lines at once; a terminal never does.
let unread = Buffer.alloc(0);
const idle = new Int32Array(new SharedArrayBuffer(4));

/** The next line of standard input without its end. Throws EndOfInput, or KeyboardInterrupt on Ctrl-C. */
export function readLine(): string {
  libc().siginterrupt(constants.signals.SIGINT, 1);
  const chunk = Buffer.alloc(4096);
  for (;;) {
    const end = unread.indexOf(0x0a);
    if (end >= 0) return takeLine(end, end + 1);
    const length = readSome(chunk);
    if (length === 0) {
      if (unread.length === 0) throw new EndOfInput();
      return takeLine(unread.length, unread.length);
    }
    unread = Buffer.concat([unread, chunk.subarray(0, length)]);
  }
}

function takeLine(end: number, next: number): string {
  const line = unread.subarray(0, end).toString("utf8").replace(/\r$/, "");
  unread = unread.subarray(next);
  return line;
}

function readSome(chunk: Buffer): number {
  for (;;) {
    try {
      return readSync(0, chunk);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === "EINTR") throw new KeyboardInterrupt();
      // The terminal itself is gone.
      if (code === "EIO" || code === "EOF") return 0;
      if (code !== "EAGAIN") throw error;
      Atomics.wait(idle, 0, 0, 20);
    }
  }
}
