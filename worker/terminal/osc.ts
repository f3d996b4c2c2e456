// Operating system commands: only hyperlinks (OSC 8) are relevant for a log. Titles, colours, the clipboard and the rest are ignored.
import { setPen, type Terminal } from "./terminal.ts";

/** UTF-16 units of a link's target; longer ones are ignored. */
const LINK_LENGTH_MAX = 2048;
const SCHEMES = ["http://", "https://", "mailto:"];

/** @param payload the text between the introducer and the terminator */
export function takeOsc(terminal: Terminal, payload: string): void {
  if (!payload.startsWith("8;")) return;
  const separator = payload.indexOf(";", 2);
  if (separator < 0) return;
  const target = payload.slice(separator + 1);
  setPen(terminal, { ...terminal.pen, link: isLink(target) ? target : "" });
}

function isLink(target: string): boolean {
  if (target.length > LINK_LENGTH_MAX) return false;
  const start = target.slice(0, 8).toLowerCase();
  if (!SCHEMES.some((scheme) => start.startsWith(scheme))) return false;
  for (let index = 0; index < target.length; index += 1) {
    const code = target.charCodeAt(index);
    if (code <= 0x20 || (code >= 0x7f && code <= 0xa0)) return false;
  }
  return true;
}
