"use client";
// Times and durations. A time is relative with the clock beside it ("7 min ago · 23:55 UTC"); its tooltip has the seconds, in
// UTC and in local time.
import type { ReactNode } from "react";
import {
  formatDuration,
  formatExactMoment,
  formatMinutes,
  formatMoment,
  formatRelative,
  formatUtc,
} from "../text/format.ts";
import { useNow } from "../client/use-now.tsx";
import { useLocalTimeZone, useTimeZone } from "./time-zone.tsx";

const MINUTE_MS = 60_000;

/** "7 min ago · 23:55 UTC" */
export function Moment({ at }: { at: string }) {
  const relative = formatRelative(at, useNow());
  return (
    <Time at={at}>
      {relative !== undefined && `${relative} · `}
      <ClockTime at={at} />
    </Time>
  );
}

/** "7 min ago", and "12 Oct" when that is long ago: where there is no room for both. */
export function Age({ at }: { at: string }) {
  const relative = formatRelative(at, useNow());
  return <Time at={at}>{relative ?? <ClockTime at={at} />}</Time>;
}

/** "23:55 UTC", for lists and sentences. */
export function Clock({ at }: { at: string }) {
  return (
    <Time at={at}>
      <ClockTime at={at} />
    </Time>
  );
}

/** "23:55:10 UTC", for places where seconds matter. */
export function ExactClock({ at }: { at: string }) {
  const now = useNow();
  const timeZone = useTimeZone();
  return <Time at={at}>{formatExactMoment(at, now, timeZone)}</Time>;
}

function ClockTime({ at }: { at: string }) {
  const now = useNow();
  const timeZone = useTimeZone();
  return <>{formatMoment(at, now, timeZone)}</>;
}

function Time({ at, children }: { at: string; children: ReactNode }) {
  const now = useNow();
  const local = useLocalTimeZone();
  const utc = formatUtc(at);
  return (
    <time dateTime={at} title={local === "UTC" ? utc : `${utc}\n${formatExactMoment(at, now, local)}`}>
      {children}
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
