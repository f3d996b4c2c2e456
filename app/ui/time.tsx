"use client";
import type { ReactNode } from "react";
import { formatClock, formatDuration, formatMinutes, formatMoment, formatUtc } from "../text/format.ts";
import { useNow, useTimeZone } from "../client/use-now.tsx";

const MINUTE_MS = 60_000;

/** A moment in the reader's own time; the title has it to the second in UTC, as logs elsewhere do. */
export function Moment({ at }: { at: string }) {
  const now = useNow();
  const timeZone = useTimeZone();
  return (
    <time dateTime={at} title={formatUtc(at)}>
      {formatMoment(at, now, timeZone)}
    </time>
  );
}

/** The same to the second while it is of today: where it matters how old something is. */
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

/** From `since` until `until`, or until now and ticking. */
export function Elapsed({ since, until }: { since: string; until?: string | null }) {
  const now = useNow();
  const end = until === null || until === undefined ? now : Date.parse(until);
  return <>{formatDuration(end - Date.parse(since))}</>;
}

/** "12 min" since then, once it is a minute; until then the words. */
export function MinutesSince({ since, words }: { since: string; words: ReactNode }) {
  const totalWaitMs = useNow() - Date.parse(since);
  return <>{totalWaitMs < MINUTE_MS ? words : formatMinutes(totalWaitMs)}</>;
}

/** " for 12 min", once it is a minute: where a count of seconds would be unrest. */
export function ForMinutes({ since }: { since: string }) {
  const totalWaitMs = useNow() - Date.parse(since);
  return totalWaitMs < MINUTE_MS ? null : <> for {formatMinutes(totalWaitMs)}</>;
}
