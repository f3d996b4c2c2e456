// The log of a job and the screen of its terminal.
import { z } from "zod";
import { LOG_LINES_MAX } from "../domain/log-text.ts";
import { type Endpoint, file, json } from "./endpoint.ts";
import { idText, instant, jobParams, numberText, time } from "./fields.ts";

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

export const logQuery = z.strictObject({
  /** 1 is the first line. */
  fromLine: idText.default(1),
  /** From the first line that was printed at or after this time; the last line if there is none. Instead of `fromLine`. */
  fromTime: instant.optional(),
  limit: numberText(1, LOG_LINES_MAX).default(500),
});

export const logPage = z.object({
  lines: z.array(logLine),
  totalLines: z.int(),
  /** Lines up to this one never change again; the program may still redraw those after it. */
  settledLines: z.int(),
  /** True when the job has ended and all its output is stored. */
  complete: z.boolean(),
});
export type LogPage = z.infer<typeof logPage>;

export const LOG_MATCHES_MAX = 1000;

export const logMatchesQuery = z.strictObject({
  /** Text as it is in a line. Case and colours are ignored. */
  q: z.string().min(1).max(200),
  fromLine: idText.default(1),
});

export const logMatches = z.object({
  /** Numbers of the lines that contain the text, in order. */
  lines: z.array(z.int().positive()),
  /** Where the next request continues, because one reads only a part of a long log; null at the end. */
  nextLine: z.int().positive().nullable(),
});
export type LogMatches = z.infer<typeof logMatches>;

export const sensitiveLines = z.object({ lines: z.array(z.object({ n: z.int(), text: z.string() })) });

export const logEndpoints = {
  readLog: {
    method: "GET",
    path: "/api/jobs/{id}/log",
    summary: "Get a range of log lines.",
    permission: "view",
    params: jobParams,
    query: logQuery,
    response: json(logPage, 200),
    problems: ["output_removed"],
  },
  searchLog: {
    method: "GET",
    path: "/api/jobs/{id}/log/matches",
    summary: "Find the log lines that contain a text. One request reads a part; continue from `nextLine`.",
    permission: "view",
    params: jobParams,
    query: logMatchesQuery,
    response: json(logMatches, 200),
    problems: ["output_removed"],
  },
  downloadLog: {
    method: "GET",
    path: "/api/jobs/{id}/log.txt",
    summary:
      "Download the whole log without colours, with the answers of people after the lines of their questions.",
    permission: "view",
    params: jobParams,
    response: file("text/plain"),
    problems: ["output_removed"],
  },
  downloadTranscript: {
    method: "GET",
    path: "/api/jobs/{id}/transcript.cast",
    summary: "Download the recording of the terminal as asciicast v3.",
    permission: "view",
    params: jobParams,
    response: file("application/x-asciicast"),
    problems: ["output_removed"],
  },
  /** POST, because each request is an event in the job's history. */
  readSensitiveLines: {
    method: "POST",
    path: "/api/jobs/{id}/sensitive-lines",
    summary: "Get the lines that scap marked as sensitive. The job's history records who requested them.",
    permission: "see_sensitive_output",
    params: jobParams,
    response: json(sensitiveLines, 200),
    problems: ["output_removed"],
  },
} as const satisfies Record<string, Endpoint>;
