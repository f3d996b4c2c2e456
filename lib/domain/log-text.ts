// What a line of the log says to a reader: without the colours and the other control sequences of a terminal.
import { INVISIBLE } from "./visible-text.ts";

export const SEQUENCE = new RegExp(
  [
    // CSI: its parameters and its final letter.
    String.raw`\x1b\[([0-9:;<=>?]*)[ -/]*([@-~])`,
    // OSC, DCS, PM, APC and SOS, up to their terminator.
    String.raw`\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\|$)`,
    // Any other escape, whole or cut off.
    String.raw`\x1b[ -/]*[0-~]?`,
    // Every other control character but the tab.
    String.raw`[\x00-\x08\x0a-\x1f\x7f-\x9f${INVISIBLE}]`,
  ].join("|"),
  "g",
);

export function plainText(line: string): string {
  return line.replace(SEQUENCE, "");
}

/** @returns whether a line has these words, as one reads it, in capitals or not. */
export function lineFinder(words: string): (line: string) => boolean {
  const wanted = words.toLowerCase();
  return (line) => plainText(line).toLowerCase().includes(wanted);
}
