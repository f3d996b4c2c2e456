// Owns the output descriptors. All output goes through here and is copied to the recording. Writes are synchronous, so that
// output is complete before the process asks or exits. process.stdout and console are not used: as streams they would make
// a pipe non-blocking for the parent and the children that share it.
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
  /** A log line: time and message, in the colour of the level. */
  log(level: Level, message: string): void;
  info(message: string): void;
  warning(message: string): void;
  error(message: string): void;
};

export const reset = "\x1b[0m";
const COLORS: Record<Level, string> = { info: "\x1b[32m", warning: "\x1b[33m", error: "\x1b[31m" };

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
    stdout(colored ? `${COLORS[level]}${line}${reset}\n` : `${line}\n`);
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
      // The descriptor is non-blocking and its reader is slow.
      Atomics.wait(idle, 0, 0, 5);
    }
  }
}
