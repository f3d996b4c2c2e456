// Parses one line of the log into runs of styled text. Stored lines contain only SGR sequences and OSC 8 links; all other
// sequences and control characters are dropped. URLs become links, also across changes of style. Linear time.
import { visibleText } from "#lib/domain/visible-text.ts";
import { applySgr, PLAIN, type Style } from "./ansi-sgr.ts";
import { findUrls } from "../../text/web-links.ts";

export type Run = {
  text: string;
  style: Style;
  /** The target of the link; null for plain text. */
  href: string | null;
};

const ESC = "\u001b";
const BEL = "\u0007";

export function parseAnsi(line: string): Run[] {
  const runs: Run[] = [];
  let style = PLAIN;
  let href: string | null = null;
  let from = 0;
  for (let at = line.indexOf(ESC); at !== -1; at = line.indexOf(ESC, from)) {
    push(runs, line.slice(from, at), style, href);
    const kind = line[at + 1] ?? "";
    if (kind === "[") {
      from = endOfCsi(line, at + 2);
      const parameters = line.slice(at + 2, from - 1);
      // A sequence with private parameters (starting with <, =, > or ?) is not SGR, even if it ends with m.
      if (line[from - 1] === "m" && /^[0-9:;]*$/.test(parameters)) style = applySgr(style, parameters);
    } else if (kind !== "" && "]PX^_".includes(kind)) {
      const end = endOfString(line, at + 2);
      if (kind === "]" && line.startsWith("8;", at + 2)) href = webAddress(line.slice(at + 4, end));
      from = line[end] === BEL ? end + 1 : line.startsWith("\u001b\\", end) ? end + 2 : end;
    } else {
      from = endOfEscape(line, at + 1);
    }
  }
  push(runs, line.slice(from), style, href);
  return withWebLinks(runs);
}

/** The position after the final byte of a control sequence. */
function endOfCsi(line: string, from: number): number {
  let at = from;
  while (at < line.length && isBetween(line[at], " ", "?")) at += 1;
  return isBetween(line[at], "@", "~") ? at + 1 : at;
}

/** The position of the terminator of a string sequence, or the end of the line. */
function endOfString(line: string, from: number): number {
  let at = from;
  while (at < line.length && line[at] !== BEL && line[at] !== ESC) at += 1;
  return at;
}

function endOfEscape(line: string, from: number): number {
  let at = from;
  while (at < line.length && isBetween(line[at], " ", "/")) at += 1;
  return isBetween(line[at], "0", "~") ? at + 1 : at;
}

function isBetween(character: string | undefined, first: string, last: string): boolean {
  return character !== undefined && character >= first && character <= last;
}

/** @param target the text after `OSC 8 ;`: parameters, a semicolon and the URL, which is empty at the end of a link. */
function webAddress(target: string): string | null {
  const url = target.slice(target.indexOf(";") + 1);
  return /^https?:\/\//i.test(url) && URL.canParse(url) ? url : null;
}

function push(runs: Run[], given: string, style: Style, href: string | null): void {
  const text = visibleText(given).replaceAll("\n", "");
  if (text === "") return;
  const last = runs.at(-1);
  if (last !== undefined && last.style === style && last.href === href) last.text += text;
  else runs.push({ text, style, href });
}

/** Splits the runs where URLs begin and end. */
function withWebLinks(runs: Run[]): Run[] {
  const whole = runs.map(({ text }) => text).join("");
  const urls = findUrls(whole);
  if (urls.length === 0) return runs;
  const linked: Run[] = [];
  let next = 0;
  let start = 0;
  for (const run of runs) {
    const end = start + run.text.length;
    const add = (from: number, to: number, href: string | null) => {
      if (to > from) linked.push({ ...run, text: whole.slice(from, to), href: run.href ?? href });
    };
    let at = start;
    for (let url = urls[next]; url !== undefined && url.from < end; url = urls[next]) {
      add(at, Math.max(at, url.from), null);
      add(Math.max(at, url.from), Math.min(end, url.to), whole.slice(url.from, url.to));
      at = Math.min(end, url.to);
      if (url.to > end) break;
      next += 1;
    }
    add(at, end, null);
    start = end;
  }
  return linked;
}
