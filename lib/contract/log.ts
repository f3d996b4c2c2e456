// The log of a job and the screen of its terminal.
import { z } from "zod";
import { idInQuery, time } from "./fields.ts";

export const logLine = z.object({ n: z.int().positive(), at: time, text: z.string() });
export type LogLine = z.infer<typeof logLine>;

/**
 * Consecutive lines of the log, joined by newlines, that replace what the client has from line `n` on. `at` is the time
 * of each of them.
 */
export const logBlock = z.object({
  n: z.int().positive(),
  at: time,
  text: z.string(),
  /** The first `keep` UTF-16 units of the line that the client has stay, and `text` follows them. Only for one line. */
  keep: z.int().positive().optional(),
});
export type LogBlock = z.infer<typeof logBlock>;

/** The rows of a terminal as they are now, with its cursor; both counted from 0. */
export const terminalScreen = z.object({
  /** From the top; colours are kept as SGR sequences. */
  rows: z.array(z.string()),
  cursorRow: z.int().nonnegative(),
  cursorColumn: z.int().nonnegative(),
  /** The program shows its alternate screen, which is no part of the log. */
  isAlternate: z.boolean(),
});
export type TerminalScreen = z.infer<typeof terminalScreen>;

export const LOG_LINES_MAX = 5000;

export const logQuery = z.object({
  /** 1 is the first line. */
  fromLine: idInQuery.default(1),
  limit: z.coerce.number().int().min(1).max(LOG_LINES_MAX).default(500),
});

export const logPage = z.object({
  lines: z.array(logLine),
  totalLines: z.int(),
  /** Lines up to this one never change again; the program may still redraw those behind it. */
  settledLines: z.int(),
  /** True when the job has ended and all its output is stored. */
  complete: z.boolean(),
});
export type LogPage = z.infer<typeof logPage>;

export const LOG_MATCHES_MAX = 1000;

export const logMatchesQuery = z.object({
  /** Words as they stand in a line; capitals and colours do not matter. */
  q: z.string().min(1).max(200),
  fromLine: idInQuery.default(1),
});

export const logMatches = z.object({
  /** Numbers of the lines that have the words, in order. */
  lines: z.array(z.int().positive()),
  /** Where to go on, because a request reads only a part of a long log; null at its end. */
  nextLine: z.int().positive().nullable(),
});
export type LogMatches = z.infer<typeof logMatches>;

export const sensitiveLines = z.object({ lines: z.array(z.object({ n: z.int(), text: z.string() })) });
