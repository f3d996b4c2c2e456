// Reads one answer the way Python's input() does: blocked in read(0) on the main thread, where everybody who
// watches the process can see it waiting, and with whatever was typed too early thrown away. Reading through a
// stream instead would show the process in epoll_wait, which tells an observer nothing.
//
// A blocked read keeps JavaScript's signal handlers from running, and libuv asks the kernel to restart reads
// after a signal. siginterrupt() takes that request back, so that Ctrl-C ends the read with EINTR. One gap is
// left: a signal between the last look and the read itself would not be noticed until Enter. An alarm ends the
// read now and then, soon at first and seldom later, so that such a signal is found.
import { spawnSync } from "node:child_process";
import { readSync } from "node:fs";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { isatty } from "node:tty";
import { EndOfInput } from "./errors.ts";
import type { Interrupts } from "./interrupts.ts";

export function isInteractive(): boolean {
  return isatty(0) && isatty(1);
}

type LibC = {
  tcflush: (descriptor: number, queue: number) => number;
  siginterrupt: (signal: number, flag: number) => number;
  /** Microseconds until the first SIGALRM, and between further ones; below a second. */
  ualarm: (first: number, interval: number) => number;
  alarm: (seconds: number) => number;
};

const tcFlushInput = process.platform === "darwin" ? 1 : 0;
const { SIGALRM, SIGINT } = constants.signals;

let loaded: LibC | undefined;

/** Loaded with the first prompt only: most scap processes never ask anything. */
function libc(): LibC {
  if (loaded !== undefined) return loaded;
  const koffi = createRequire(import.meta.url)("koffi") as typeof import("koffi");
  const library = koffi.load(null);
  loaded = {
    tcflush: library.func("int tcflush(int, int)") as LibC["tcflush"],
    siginterrupt: library.func("int siginterrupt(int, int)") as LibC["siginterrupt"],
    ualarm: library.func("uint ualarm(uint, uint)") as LibC["ualarm"],
    alarm: library.func("uint alarm(uint)") as LibC["alarm"],
  };
  // Without a handler SIGALRM would end the process. Both flags hold as long as the handlers stay installed.
  process.on("SIGALRM", () => undefined);
  loaded.siginterrupt(SIGALRM, 1);
  loaded.siginterrupt(SIGINT, 1);
  // The first call of a foreign function is slow, and would be one just before the read.
  loaded.ualarm(0, 0);
  loaded.alarm(0);
  return loaded;
}

/** Throws away what was typed before the question was asked. */
export function discardTypeAhead(): void {
  libc().tcflush(0, tcFlushInput);
}

/** Whether the terminal shows what is typed. Tried again, because a signal to the group ends stty too. */
export function setEcho(isOn: boolean): void {
  for (let tries = 0; tries < 5; tries += 1) {
    const { status } = spawnSync("stty", [isOn ? "echo" : "-echo"], {
      stdio: ["inherit", "ignore", "ignore"],
    });
    if (status === 0) return;
  }
}

// A pipe may deliver several lines at once; a terminal never does.
let unread = Buffer.alloc(0);

/** The next line of standard input without its end. Throws EndOfInput, or KeyboardInterrupt on Ctrl-C. */
export async function readLine(interrupts: Interrupts): Promise<string> {
  const chunk = Buffer.alloc(4096);
  for (let looks = 0; ;) {
    const end = unread.indexOf(0x0a);
    if (end >= 0) return takeLine(end, end + 1);
    const length = readSome(chunk, looks);
    if (length === undefined) {
      looks += 1;
      await interrupts.settle();
      continue;
    }
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

const firstLookMicroseconds = 100_000;
const quickLooks = 3;
const slowLookSeconds = 5;
const idle = new Int32Array(new SharedArrayBuffer(4));

/** @returns the bytes read, 0 at the end of input, undefined when a signal ended the read */
function readSome(chunk: Buffer, looks: number): number | undefined {
  const { ualarm, alarm } = libc();
  const untilNext = firstLookMicroseconds * 2 ** looks;
  // Repeated, because the machine may be so busy that the first one comes before the read.
  if (looks < quickLooks) ualarm(untilNext, untilNext);
  else alarm(slowLookSeconds);
  try {
    return readSync(0, chunk);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "EINTR") return undefined;
    // The terminal itself is gone.
    if (code === "EIO" || code === "EOF") return 0;
    if (code !== "EAGAIN") throw error;
    // Whoever gave us this descriptor made it non-blocking.
    Atomics.wait(idle, 0, 0, 20);
    return undefined;
  } finally {
    alarm(0);
  }
}
