// What a reader types to go somewhere in a log: the number of a line, or a time of day.
import { formatClock } from "../../text/format.ts";

export type LogTarget = { line: number } | { at: string };

const HOUR_MS = 3_600_000;
const HOURS_MAX = 24;

/**
 * "1234" is a line, "12:03" and "12:03:10" are times in the reader's zone: the first such time at or after the start of the job.
 * @returns undefined for anything else.
 */
export function parseLogTarget(text: string, startedAt: string, timeZone: string): LogTarget | undefined {
  const trimmed = text.trim();
  const number = /^(\d[\d,.\s]*)$/.exec(trimmed)?.[1];
  if (number !== undefined) {
    const line = Number(number.replace(/\D/g, ""));
    return line >= 1 ? { line } : undefined;
  }
  const [, hours, minutes, seconds = "00"] = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(trimmed) ?? [];
  if (hours === undefined || minutes === undefined) return undefined;
  const wanted = secondsOf(Number(hours), Number(minutes), Number(seconds));
  if (wanted === undefined) return undefined;
  return { at: new Date(firstAtOrAfter(startedAt, wanted, timeZone)).toISOString() };
}

function secondsOf(hours: number, minutes: number, seconds: number): number | undefined {
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  return hours * 3600 + minutes * 60 + seconds;
}

/** A time in the minute of the start is not a day later, although it is before the first line. */
function firstAtOrAfter(startedAt: string, wanted: number, timeZone: string): number {
  const startMs = Math.floor(Date.parse(startedAt) / 60_000) * 60_000;
  const [hours = 0, minutes = 0] = formatClock(new Date(startMs).toISOString(), timeZone)
    .split(":")
    .map(Number);
  const aheadMs = (wanted - hours * 3600 - minutes * 60) * 1000;
  return startMs + (aheadMs < 0 ? aheadMs + HOURS_MAX * HOUR_MS : aheadMs);
}
