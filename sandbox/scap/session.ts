// What every part of a scap command works with, handed from one to the other instead of being global.
import type { Interrupts } from "./interrupts.ts";
import type { Output } from "./output.ts";
import type { Ask } from "./prompts.ts";
import type { Protocol } from "./protocol.ts";
import type { Recording } from "./recording.ts";
import type { Settings } from "./settings.ts";

export type Session = {
  command: string;
  /** Settings given as `-D key:value`, passed on to children. */
  defines: readonly string[];
  settings: Settings;
  out: Output;
  ask: Ask;
  interrupts: Interrupts;
  recording: Recording;
  /** Absent when scap talks to a terminal. */
  protocol: Protocol | undefined;
  startedAt: number;
  /** What was announced to everybody; it must be called off when the command is interrupted. */
  announced?: string;
};

/** Waits as long as the real thing would, at the sandbox's speed. @param ms milliseconds at speed 1. */
export function pause(session: Session, ms: number): Promise<void> {
  return session.interrupts.wait(ms / session.settings.speed);
}

/** Tells whoever follows the protocol what is going on; null clears it. A terminal shows nothing. */
export function reportStatus(session: Session, status: string | null): void {
  session.protocol?.status(status);
}

/** A line without time or colour. */
export function printLine(session: Session, line: string, { sensitive = false } = {}): void {
  if (session.protocol === undefined) session.out.stdout(`${line}\n`);
  else session.protocol.line(line, sensitive);
}

/** Prints `Started what` and, once it went through, `Finished what (duration: …)`. */
export async function timed<T>(session: Session, what: string, work: () => Promise<T>): Promise<T> {
  const startedAt = Date.now();
  session.out.info(`Started ${what}`);
  const result = await work();
  session.out.info(`Finished ${what} (duration: ${duration(Date.now() - startedAt)})`);
  return result;
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
