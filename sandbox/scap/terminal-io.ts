// Reads an answer as Python's input() does: input that was typed before the question is discarded, and the main thread blocks
// in read(0), which is how SpiderPig recognises a waiting process. A stream would block in epoll_wait instead.
//
// JavaScript signal handlers do not run during a blocking read, and libuv makes the kernel restart reads after a signal.
// siginterrupt() reverts that, so that Ctrl-C ends the read with EINTR. A signal between the last check and the read would
// go unnoticed until Enter; an alarm therefore ends the read from time to time, first often, then rarely.
import { spawnSync } from "node:child_process";
import { readSync } from "node:fs";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { EndOfInput } from "./errors.ts";
import type { Interrupts } from "./interrupts.ts";

type LibC = {
  tcflush: (descriptor: number, queue: number) => number;
  siginterrupt: (signal: number, flag: number) => number;
  /** Microseconds until the first SIGALRM, and between further ones; below a second. */
  ualarm: (first: number, interval: number) => number;
  alarm: (seconds: number) => number;
};

const TC_FLUSH_INPUT = process.platform === "darwin" ? 1 : 0;
const { SIGALRM, SIGINT } = constants.signals;

let loaded: LibC | undefined;

/** Loaded at the first prompt: most scap processes ask nothing. */
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
  // Without a handler SIGALRM ends the process. Both flags stay set while the handlers are installed.
  process.on("SIGALRM", () => undefined);
  loaded.siginterrupt(SIGALRM, 1);
  loaded.siginterrupt(SIGINT, 1);
  // The first call of a foreign function is slow. It must not happen between the question and the read.
  loaded.ualarm(0, 0);
  loaded.alarm(0);
  return loaded;
}

/** Discards input that was typed before the question. */
export function discardTypeAhead(): void {
  libc().tcflush(0, TC_FLUSH_INPUT);
}

/** Switches the echo of the terminal. Retries, because a signal to the process group ends stty too. */
export function setEcho(isOn: boolean): void {
  for (let tries = 0; tries < 5; tries += 1) {
    const { status } = spawnSync("stty", [isOn ? "echo" : "-echo"], {
      stdio: ["inherit", "ignore", "ignore"],
    });
    if (status === 0) return;
  }
}

// A pipe may deliver several lines in one read; a terminal does not.
let unread = Buffer.alloc(0);

/** The next line of standard input without its end. Throws EndOfInput, or KeyboardInterrupt on Ctrl-C. */
export async function readLine(interrupts: Interrupts): Promise<string> {
  const chunk = Buffer.alloc(4096);
  for (let checks = 0; ;) {
    const end = unread.indexOf(0x0a);
    if (end >= 0) return takeLine(end, end + 1);
    const length = readSome(chunk, checks);
    if (length === undefined) {
      checks += 1;
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

const FIRST_CHECK_MICROSECONDS = 100_000;
const FREQUENT_CHECKS = 3;
const RARE_CHECK_SECONDS = 5;
const idle = new Int32Array(new SharedArrayBuffer(4));

/** @returns the number of bytes, 0 at the end of input, undefined when a signal ended the read */
function readSome(chunk: Buffer, checks: number): number | undefined {
  const { ualarm, alarm } = libc();
  const untilNext = FIRST_CHECK_MICROSECONDS * 2 ** checks;
  // Repeated, because on a busy machine the first alarm may arrive before the read.
  if (checks < FREQUENT_CHECKS) ualarm(untilNext, untilNext);
  else alarm(RARE_CHECK_SECONDS);
  try {
    return readSync(0, chunk);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "EINTR") return undefined;
    // The terminal was closed.
    if (code === "EIO" || code === "EOF") return 0;
    if (code !== "EAGAIN") throw error;
    // The descriptor is non-blocking.
    Atomics.wait(idle, 0, 0, 20);
    return undefined;
  } finally {
    alarm(0);
  }
}
