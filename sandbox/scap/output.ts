// Owns the two output descriptors: every byte this process shows goes through here, in order, at once, and is
// copied for the recording. Writing is synchronous, so that a line is out before the process asks or dies.
// Neither process.stdout nor console is used: opening them as streams would make the descriptors of a pipe
// non-blocking for the parent and the children that share them.
import { writeSync } from "node:fs";
import { isatty } from "node:tty";
import type { Recording } from "./recording.ts";

type Level = "info" | "warning" | "error";

export type Output = {
  /** Standard error is a terminal: progress may rewrite its line. */
  readonly live: boolean;
  readonly colored: boolean;
  stdout(text: string | Uint8Array): void;
  stderr(text: string | Uint8Array): void;
  /** A line of the log: time, message, and a colour for its level around the whole. */
  log(level: Level, message: string): void;
  info(message: string): void;
  warning(message: string): void;
  error(message: string): void;
};

export const reset = "\x1b[0m";
const colors: Record<Level, string> = { info: "\x1b[32m", warning: "\x1b[33m", error: "\x1b[31m" };

export function openOutput(options: { forceColor: boolean; recording: Recording }): Output {
  const live = isatty(2);
  const colored = live || options.forceColor;

  const write = (descriptor: 1 | 2, content: string | Uint8Array): void => {
    const bytes = typeof content === "string" ? Buffer.from(content) : content;
    options.recording.copy(bytes);
    writeAll(descriptor, bytes);
  };
  const stdout = (content: string | Uint8Array): void => write(1, content);
  const log = (level: Level, message: string): void => {
    const line = `${clockTime()} ${message}`;
    stdout(colored ? `${colors[level]}${line}${reset}\n` : `${line}\n`);
  };

  return {
    live,
    colored,
    stdout,
    stderr: (content) => write(2, content),
    log,
    info: (message) => log("info", message),
    warning: (message) => log("warning", message),
    error: (message) => log("error", message),
  };
}

/** `HH:MM:SS`, local. */
export function clockTime(now = new Date()): string {
  return [now.getHours(), now.getMinutes(), now.getSeconds()]
    .map((part) => String(part).padStart(2, "0"))
    .join(":");
}

const idle = new Int32Array(new SharedArrayBuffer(4));

function writeAll(descriptor: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(descriptor, bytes, written);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === "EINTR") continue;
      if (code !== "EAGAIN") throw error;
      // Whoever gave us this descriptor made it non-blocking, and its reader is behind.
      Atomics.wait(idle, 0, 0, 5);
    }
  }
}
