// Texts and decisions about the error rate. Pure.
import type { ErrorMessage, ErrorRate } from "#lib/contract/error-rate.ts";
import { MINUTE_MS, startOfMinute } from "#lib/domain/error-rate.ts";
import type { Reached } from "#lib/domain/job.ts";
import { formatCount, formatRelative } from "./format.ts";

export const ERRORS_HREF = "/errors";

/** Older data is not current any more. Decisions do not use it either (spiderpig.errors_per_minute). */
const STALE_MS = 3 * MINUTE_MS;
/** Fewer additional errors per minute are noise. */
const RISE_MIN = 5;

/** "84", "3", "<1": a rate has no more digits than it deserves. */
export function rateText(perMinute: number): string {
  if (perMinute > 0 && perMinute < 1) return "<1";
  return formatCount(Math.round(perMinute));
}

/** "12 s ago", "4 min ago" */
export function ageText(asOf: string, nowMs: number): string {
  const seconds = Math.max(0, Math.floor((nowMs - Date.parse(asOf)) / 1000));
  return seconds < 60 ? `${seconds} s ago` : (formatRelative(asOf, nowMs) ?? "long ago");
}

export function isStale({ asOf }: ErrorRate, nowMs: number): boolean {
  return asOf !== null && nowMs - Date.parse(asOf) > STALE_MS;
}

/** The changes are on servers, so errors may be theirs. */
export function hasReachedServers(reached: Reached): boolean {
  return reached === "testservers" || reached === "canaries" || reached === "production";
}

export function isNewSince({ firstSeenAt }: ErrorMessage, startedAt: string | null): boolean {
  return startedAt !== null && Date.parse(firstSeenAt) >= Date.parse(startedAt);
}

/** New messages first, each group in its order. */
export function newFirst(messages: readonly ErrorMessage[], startedAt: string | null): ErrorMessage[] {
  const isNew = (message: ErrorMessage) => isNewSince(message, startedAt);
  return [...messages.filter(isNew), ...messages.filter((message) => !isNew(message))];
}

/** Whether the rate is clearly higher than before the deployment. */
export function hasRisen(perMinute: number | null, before: number | null): boolean {
  return perMinute !== null && before !== null && perMinute > 2 * before + RISE_MIN;
}

export const SPARKLINE_MINUTES = 30;

/** The errors of the last minutes, the oldest first; undefined for a minute that was not read. */
export function sparklineOf({ minutes, asOf }: ErrorRate): { at: number; errors: number | undefined }[] {
  if (asOf === null) return [];
  const known = new Map(minutes.map(({ at, errors }) => [Date.parse(at), errors]));
  const last = startOfMinute(Date.parse(asOf));
  return Array.from({ length: SPARKLINE_MINUTES }, (_, index) => {
    const at = last - (SPARKLINE_MINUTES - 1 - index) * MINUTE_MS;
    return { at, errors: known.get(at) };
  });
}
