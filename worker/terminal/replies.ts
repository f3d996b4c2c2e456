// Replies to terminal queries of a program, with the same identification as xterm.js.
import { isAlternate, type Terminal } from "./terminal.ts";

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

/** DECRQM: whether a mode is set. One that has no effect here is not recognised, so that no program relies on it. */
export function reportMode(terminal: Terminal, mode: number, prefix: "" | "?"): void {
  const { modes } = terminal;
  const known: Readonly<Record<string, boolean>> = {
    4: modes.insert,
    20: modes.newLine,
    "?1": modes.applicationCursorKeys,
    "?6": modes.origin,
    "?7": modes.wrap,
    "?25": !modes.cursorHidden,
    "?45": modes.reverseWrap,
    "?47": isAlternate(terminal),
    "?1047": isAlternate(terminal),
    "?1049": isAlternate(terminal),
    "?2004": modes.bracketedPaste,
  };
  const isSet = known[`${prefix}${mode}`];
  const state = isSet === undefined ? 0 : isSet ? 1 : 2;
  reply(terminal, `\x1b[${prefix}${mode};${state}$y`);
}

/** DECRQSS: no setting is reported. */
export function refuseSettingRequest(terminal: Terminal): void {
  reply(terminal, "\x1bP0$r\x1b\\");
}

function reply(terminal: Terminal, text: string): void {
  if (terminal.replies.length < REPLIES_MAX) terminal.replies.push(text);
}
