// The windows as an iCalendar feed (RFC 5545). A cancelled window stays in it, as cancelled, so that calendars remove it.
import ical, { ICalCalendarMethod, ICalEventStatus } from "ical-generator";
import { config } from "../config.ts";
import type { Database } from "../db/connection.ts";
import { readTime } from "../db/time.ts";
import { listWindows } from "../db/windows.ts";
import type { WindowSummary } from "../contract/window.ts";

const WINDOWS_MAX = 200;
const PAST_MS = 28 * 24 * 3_600_000;
/** How often calendars should read it again. */
const TTL_SECONDS = 900;

export async function windowCalendar(db: Database): Promise<Response> {
  const [now, coming, past] = await Promise.all([
    readTime(db),
    listWindows(db, "coming", WINDOWS_MAX),
    listWindows(db, "past", WINDOWS_MAX),
  ]);
  const recent = past.filter(({ endsAt }) => now.getTime() - Date.parse(endsAt) <= PAST_MS);
  return new Response(calendarOf([...recent.toReversed(), ...coming], config().publicUrl, now), {
    headers: { "content-type": "text/calendar; charset=utf-8", "cache-control": "no-store" },
  });
}

export function calendarOf(windows: readonly WindowSummary[], publicUrl: string, now: Date): string {
  const { host } = new URL(publicUrl);
  const calendar = ical({
    name: "Deployment windows",
    prodId: { company: "SpiderPig", product: "windows", language: "EN" },
    method: ICalCalendarMethod.PUBLISH,
    ttl: TTL_SECONDS,
  });
  for (const window of windows) {
    const { id, title, lane, itemCount, authors } = window;
    const url = `${publicUrl}/windows/${id}`;
    const changes = `${itemCount} ${itemCount === 1 ? "change" : "changes"}`;
    calendar.createEvent({
      id: `window-${id}@${host}`,
      start: new Date(window.startsAt),
      end: new Date(window.endsAt),
      stamp: now,
      summary: title,
      description: [
        `Lane ${lane}, ${changes}${authors.length === 0 ? "" : ` by ${authors.join(", ")}`}`,
        url,
      ].join("\n"),
      url,
      status: window.cancelled === null ? ICalEventStatus.CONFIRMED : ICalEventStatus.CANCELLED,
    });
  }
  return calendar.toString();
}
