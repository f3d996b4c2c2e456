// The context of a scap command, which is passed to all its parts.
import type { Interrupts } from "./interrupts.ts";
import type { Output } from "./output.ts";
import type { Ask } from "./prompts.ts";
import type { Protocol } from "./protocol.ts";
import type { Recording } from "./recording.ts";
import type { Settings } from "./settings.ts";

export type Session = {
  command: string;
  settings: Settings;
  out: Output;
  ask: Ask;
  interrupts: Interrupts;
  recording: Recording;
  /** Undefined when scap uses the terminal. */
  protocol: Protocol | undefined;
  startedAt: number;
  /** The announced deployment; an interrupt announces its end. */
  announced?: string;
};

/** Waits. @param ms milliseconds at speed 1. */
export function pause(session: Session, ms: number): Promise<void> {
  return session.interrupts.wait(ms / session.settings.speed);
}

/** Reports a status through the protocol; null clears it. A terminal shows nothing. */
export function reportStatus(session: Session, status: string | null): void {
  session.protocol?.status(status);
}

/** A line without time or colour. */
export function printLine(session: Session, line: string, { sensitive = false } = {}): void {
  if (session.protocol === undefined) session.out.stdout(`${line}\n`);
  else session.protocol.line(line, sensitive);
}

/** A timer. Prints `Started what` and, also if it fails, `Finished what (duration: …)`. */
export async function timed<T>(session: Session, what: string, work: () => Promise<T>): Promise<T> {
  const startedAt = Date.now();
  session.out.info(`Started ${what}`);
  try {
    return await work();
  } finally {
    printFinished(session, what, startedAt);
  }
}

/** Prints `Started what` and, unless it fails, `Finished what (duration: …)`: the announcements of a command. */
export async function announced<T>(session: Session, what: string, work: () => Promise<T>): Promise<T> {
  const startedAt = Date.now();
  session.out.info(`Started ${what}`);
  const result = await work();
  printFinished(session, what, startedAt);
  return result;
}

function printFinished(session: Session, what: string, startedAt: number): void {
  session.out.info(`Finished ${what} (duration: ${duration(Date.now() - startedAt)})`);
}

/** `00m 07s` */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return `${String(Math.floor(seconds / 60)).padStart(2, "0")}m ${String(seconds % 60).padStart(2, "0")}s`;
}

/** `user@host`, as in votes and messages. */
export function actor({ settings }: Session): string {
  return `${settings.user}@${settings.host}`;
}
