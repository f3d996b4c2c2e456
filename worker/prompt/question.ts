// Finds where a question begins. It ends at the cursor; its beginning is not marked.
//
// Three rules, in this order:
//  1. the prompt is known, and so is its first line (known-prompts.ts);
//  2. a boundary: lines that are never part of a question. scap's log lines begin with the time of day and are
//     coloured as a whole (also over several lines), while a question has no colour; an answered question ends with the
//     echo of the answer; a complaint is right above the repeated question;
//  3. a limit of lines. Some lines too many are better than a deployer who agrees to half of a question.
import { findKnownPrompt } from "./known-prompts.ts";
import type { LogicalLine } from "./view.ts";
import { lastCharacters, shortenRuns } from "./view.ts";

const CONTEXT_LINES_MAX = 40;
const KNOWN_LINES_MAX = 250;
const REASON_CHARACTERS_MAX = 1000;
export const MESSAGE_CHARACTERS_MAX = 32 * 1024;

export type Question = { message: string; complaint?: string; isKnown: boolean };

/** @param lastLine the question's own line without its ending; @param above everything over it, oldest first. */
export function questionAt(above: readonly LogicalLine[], lastLine: LogicalLine): Question {
  const text = lastLine.text.trim();
  const known = findKnownPrompt(text);
  if (known?.otherwise === "reason") {
    return { message: withReason(text, above.at(-1)?.text), isKnown: true, ...complaintIn(above.at(-1)) };
  }
  const isPlain = !lastLine.coloured;
  const boundary = boundaryAbove(above, isPlain);
  const start = startOf(above, boundary, known);
  const lines = above.slice(start).map((line) => line.text);
  if (text !== "?" || lines.length === 0) lines.push(text);
  return {
    message: tidy(lines, above[start - 1]?.text),
    isKnown: known !== undefined,
    ...complaintIn(above[start - 1]),
  };
}

/** The question with the reason that scap logged right before it, without the time of day. */
export function withReason(question: string, lineAbove: string | undefined): string {
  if (lineAbove === undefined || !isLogLine(lineAbove)) return question;
  const reason = lineAbove.replace(LOG_TIME, "").trim();
  return reason === "" ? question : tidy([lastCharacters(reason, REASON_CHARACTERS_MAX), question]);
}

/** Index of the first line after the nearest one that cannot be part of a question. */
export function boundaryAbove(above: readonly LogicalLine[], isPlain: boolean): number {
  let start = above.length;
  while (start > 0) {
    const line = above[start - 1];
    if (line === undefined || isLogLine(line.text) || isAnswered(line.text)) break;
    if (isPlain && line.coloured) break;
    start -= 1;
  }
  return start;
}

function startOf(
  above: readonly LogicalLine[],
  boundary: number,
  known: ReturnType<typeof findKnownPrompt>,
): number {
  for (const opening of known?.opensWith ?? []) {
    const found = nearest(above, opening, boundary);
    if (found !== undefined) return found;
  }
  if (known?.otherwise === "alone") return above.length;
  // Another process may have logged in the middle of the question: search above the log lines too.
  const hard = lastIndex(above, (line) => isAnswered(line.text)) + 1;
  for (const opening of known?.opensWith ?? []) {
    const found = nearest(above, opening, hard);
    if (found !== undefined) return found;
  }
  return Math.max(boundary, above.length - CONTEXT_LINES_MAX);
}

function nearest(above: readonly LogicalLine[], opening: RegExp, from: number): number | undefined {
  const lowest = Math.max(from, above.length - KNOWN_LINES_MAX);
  for (let index = above.length - 1; index >= lowest; index -= 1) {
    if (opening.test(above[index]?.text ?? "")) return index;
  }
  return undefined;
}

function lastIndex(lines: readonly LogicalLine[], test: (line: LogicalLine) => boolean): number {
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    const line = lines[index];
    if (line !== undefined && test(line)) return index;
  }
  return -1;
}

/** scap's log: the time of day, perhaps behind the dots of a wait that had no newline. */
export function isLogLine(text: string): boolean {
  return LOG_TIME.test(text);
}

const LOG_TIME = /^\.{0,400}\d\d:\d\d:\d\d(?: |$)/;

const BOX = /^[─-╿]/;
const ANSWERED = /(?:\[(?:Y\/n|y\/N|y\/n)\]:|\((?:y\/n|y\/N)\):?|\(default: \[[^\]]{1,40}\]\):) ?\S{0,80}$/;

function isAnswered(text: string): boolean {
  // A row of a table may contain any text, also one that resembles an answered question.
  if (BOX.test(text)) return false;
  return ANSWERED.test(text.trimEnd().slice(-240)) || isComplaint(text);
}

const COMPLAINT =
  /^(?:Invalid choice: '.*'|Unexpected input: .*|Sorry, try again\.|Permission denied, please try again\.)$/;

function isComplaint(text: string): boolean {
  return COMPLAINT.test(text.trimEnd());
}

export function complaintIn(line: LogicalLine | undefined): { complaint?: string } {
  if (line === undefined || !isComplaint(line.text)) return {};
  return { complaint: lastCharacters(line.text.trim(), 500) };
}

/** Joins lines to a message. After the line `before`, the dots of a wait may precede the first. */
export function tidy(lines: readonly string[], before?: string): string {
  const rows = lines.map((line) => line.trimEnd());
  if (before?.includes("Will wait up to") && rows[0] !== undefined) {
    rows[0] = rows[0].replace(/^\.+(?=[^.\s])/, "");
  }
  while (rows[0] === "") rows.shift();
  while (rows.at(-1) === "") rows.pop();
  return lastCharacters(shortenRuns(rows.join("\n")), MESSAGE_CHARACTERS_MAX);
}
