// Replies to terminal queries of a program, with the same identification as xterm.js.
import type { Terminal } from "./terminal.ts";

/** Replies that were not read yet; a program that does not read replies gets no more. */
const REPLIES_MAX = 256;

/** DSR and CPR. @param prefix "?" for the private form, which only knows the cursor */
export function reportStatus(terminal: Terminal, what: number, prefix: "" | "?"): void {
  const { screen, columns } = terminal;
  if (what === 5 && prefix === "") reply(terminal, "\x1b[0n");
  if (what === 6) reply(terminal, `\x1b[${prefix}${screen.y + 1};${Math.min(screen.x, columns - 1) + 1}R`);
}

/** DA: the primary or the secondary attributes. */
export function reportAttributes(terminal: Terminal, what: number, isSecondary: boolean): void {
  if (what === 0) reply(terminal, isSecondary ? "\x1b[>0;276;0c" : "\x1b[?1;2c");
}

function reply(terminal: Terminal, text: string): void {
  if (terminal.replies.length < REPLIES_MAX) terminal.replies.push(text);
}
