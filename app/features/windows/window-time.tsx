"use client";
import { formatClock, formatMoment } from "../../text/format.ts";
import { useNow } from "../../client/use-now.tsx";
import { useTimeZone } from "../../ui/time-zone.tsx";

/** "1 Dec, 13:00–14:00 UTC". A window lasts a day at most, so an end before the start is of the next day. */
export function WindowTime({ startsAt, endsAt }: { startsAt: string; endsAt: string }) {
  const now = useNow();
  const timeZone = useTimeZone();
  const start = formatMoment(startsAt, now, timeZone);
  const zoneAt = start.lastIndexOf(" ");
  return (
    <time dateTime={startsAt}>
      {start.slice(0, zoneAt)}–{formatClock(endsAt, timeZone).slice(0, 5)}
      {start.slice(zoneAt)}
    </time>
  );
}
