"use client";
import type { ReactNode } from "react";
import { formatClock, formatDuration, formatMinutes, formatMoment, formatUtc } from "../text/format.ts";
import { useNow, useTimeZone } from "../client/use-now.tsx";

const MINUTE_MS = 60_000;

/** A time in the reader's time zone. The tooltip has the seconds and UTC, as server logs do. */
export function Moment({ at }: { at: string }) {
  const now = useNow();
  const timeZone = useTimeZone();
  return (
    <time dateTime={at} title={formatUtc(at)}>
      {formatMoment(at, now, timeZone)}
    </time>
  );
}

/** A time with seconds if it is today, for places where the exact age matters. */
export function ExactMoment({ at }: { at: string }) {
  const now = useNow();
  const timeZone = useTimeZone();
  const moment = formatMoment(at, now, timeZone);
  return (
    <time dateTime={at} title={formatUtc(at)}>
      {/^\d\d:\d\d$/.test(moment) ? formatClock(at, timeZone) : moment}
    </time>
  );
}

/** The duration from `since` until `until`, or until now, updated every second. */
export function Elapsed({ since, until }: { since: string; until?: string | null }) {
  const now = useNow();
  const end = until === null || until === undefined ? now : Date.parse(until);
  return <>{formatDuration(end - Date.parse(since))}</>;
}

/** "12 min" once a minute has passed, and `fallback` before that. */
export function MinutesSince({ since, fallback }: { since: string; fallback: ReactNode }) {
  const elapsedMs = useNow() - Date.parse(since);
  return <>{elapsedMs < MINUTE_MS ? fallback : formatMinutes(elapsedMs)}</>;
}

/** " for 12 min" once a minute has passed, for places where a count of seconds would distract. */
export function ForMinutes({ since }: { since: string }) {
  const elapsedMs = useNow() - Date.parse(since);
  return elapsedMs < MINUTE_MS ? null : <> for {formatMinutes(elapsedMs)}</>;
}
