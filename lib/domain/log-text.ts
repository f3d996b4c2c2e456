// The plain text of a line of the log, without colours and other control sequences.
import { INVISIBLE } from "./visible-text.ts";

/** The most lines that one request may read. */
export const LOG_LINES_MAX = 5000;

export const SEQUENCE = new RegExp(
  [
    // CSI: its parameters and its final letter.
    String.raw`\x1b\[([0-9:;<=>?]*)[ -/]*([@-~])`,
    // OSC, DCS, PM, APC and SOS, up to their terminator.
    String.raw`\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\|$)`,
    // Any other escape, complete or truncated.
    String.raw`\x1b[ -/]*[0-~]?`,
    // Every other control character but the tab.
    String.raw`[\x00-\x08\x0a-\x1f\x7f-\x9f${INVISIBLE}]`,
  ].join("|"),
  "g",
);

export function plainText(line: string): string {
  return line.replace(SEQUENCE, "");
}

/** @returns a function that finds this text in lines, ignoring case and control sequences */
export function lineFinder(text: string): (line: string) => boolean {
  const wanted = text.toLowerCase();
  return (line) => plainText(line).toLowerCase().includes(wanted);
}
