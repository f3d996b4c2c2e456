// The lines of the log that explain a failed check: shown before a deployer ignores the failure.
import { createContext } from "react";
import { plainText } from "#lib/domain/log-text.ts";
import type { LogStore } from "./log-store.ts";

/** The log of the job on this page; undefined on pages without a log. */
export const LogContext = createContext<LogStore | undefined>(undefined);

/** The output of a check is at the end of the log, just above the question. */
const SEARCHED_LINES = 100;
const LINES_MAX = 8;
const LINE_CHARACTERS_MAX = 300;
const FAILURE = /\b(?:failed|failure|errors?)\b/i;

/** The last lines that report a failure, in order; only of the part of the log that this page has. */
export function failureLines(log: Pick<LogStore, "snapshot" | "line">): string[] {
  const { totalLines } = log.snapshot();
  const lines: string[] = [];
  for (let n = totalLines; n > Math.max(0, totalLines - SEARCHED_LINES) && lines.length < LINES_MAX; n -= 1) {
    const text = plainText(log.line(n)?.text ?? "").slice(0, LINE_CHARACTERS_MAX);
    if (FAILURE.test(text) && !isOption(text)) lines.unshift(text);
  }
  return lines;
}

/** "[i] Ignore failure and continue deployment" belongs to the question. */
function isOption(line: string): boolean {
  return /^\s*\[\w\]/.test(line);
}
