// Formats times, durations and counts for people. Pure: the time zone and the current time are parameters, so that the
// server, the browser and the tests produce the same text.

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const RELATIVE_DAYS_MAX = 30;

/** "7s", "4m 05s", "1h 02m". Negative durations (caused by clock skew) count as 0. */
export function formatDuration(ms: number): string {
  const clamped = Math.max(0, ms);
  if (clamped < MINUTE_MS) return `${Math.floor(clamped / SECOND_MS)}s`;
  if (clamped < HOUR_MS) {
    return `${Math.floor(clamped / MINUTE_MS)}m ${pad(Math.floor((clamped % MINUTE_MS) / SECOND_MS))}s`;
  }
  return `${Math.floor(clamped / HOUR_MS)}h ${pad(Math.floor((clamped % HOUR_MS) / MINUTE_MS))}m`;
}

/** "less than a minute", "12 min", "2 h 05 min": for values that must not change every second. */
export function formatMinutes(ms: number): string {
  if (ms < MINUTE_MS) return "less than a minute";
  const minutes = Math.floor(ms / MINUTE_MS);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
}

/** What has just happened may be ahead of the clock of a page, which moves once a second. */
const AHEAD_MAX_MS = 5000;

/** "7 min ago" or "in 7 min"; undefined after a month, when only the date is useful. */
export function formatRelative(iso: string, nowMs: number): string | undefined {
  const ageMs = nowMs - Date.parse(iso);
  const amount = approximately(Math.abs(ageMs));
  if (amount === undefined) return undefined;
  if (amount === "") return ageMs < -AHEAD_MAX_MS ? "in less than a minute" : "just now";
  return ageMs < 0 ? `in ${amount}` : `${amount} ago`;
}

/** In the largest unit that fits; empty below a minute. */
function approximately(ms: number): string | undefined {
  if (ms < MINUTE_MS) return "";
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min`;
  if (ms < DAY_MS) return `${Math.floor(ms / HOUR_MS)} h`;
  const days = Math.floor(ms / DAY_MS);
  if (days > RELATIVE_DAYS_MAX) return undefined;
  return days === 1 ? "1 day" : `${days} days`;
}

/** "23:55 UTC"; with the date if it is not today, and with the year if it is not this year. @param timeZone IANA name. */
export function formatMoment(iso: string, nowMs: number, timeZone: string): string {
  return dated(iso, nowMs, timeZone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

/** "23:55:10 UTC": `formatMoment` with seconds. */
export function formatExactMoment(iso: string, nowMs: number, timeZone: string): string {
  return dated(iso, nowMs, timeZone, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
}

function dated(iso: string, nowMs: number, timeZone: string, clock: Intl.DateTimeFormatOptions): string {
  const at = new Date(iso);
  const now = new Date(nowMs);
  const time = `${part(at, timeZone, clock)} ${timeZoneLabel(at, timeZone)}`;
  if (dayOf(at, timeZone) === dayOf(now, timeZone)) return time;
  const isThisYear = part(at, timeZone, { year: "numeric" }) === part(now, timeZone, { year: "numeric" });
  const date = part(at, timeZone, {
    day: "numeric",
    month: "short",
    ...(isThisYear ? {} : { year: "numeric" }),
  });
  return `${date}, ${time}`;
}

/** "UTC", "CET", "GMT+5:30": the name of the zone at that time. */
function timeZoneLabel(at: Date, timeZone: string): string {
  const format = formatOf(timeZone, { timeZoneName: "short" });
  return format.formatToParts(at).find(({ type }) => type === "timeZoneName")?.value ?? timeZone;
}

/** "12:03:10" in the given zone. */
export function formatClock(iso: string, timeZone: string): string {
  return part(new Date(iso), timeZone, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
}

/** "12:03:10", with the date "20 Nov 12:03:10": the time of a line of a log, as short as possible. */
export function formatLineTime(iso: string, timeZone: string, hasDate: boolean): string {
  const clock = formatClock(iso, timeZone);
  if (!hasDate) return clock;
  return `${part(new Date(iso), timeZone, { day: "2-digit", month: "short" })} ${clock}`;
}

export function isSameDay(a: string, b: string, timeZone: string): boolean {
  return dayOf(new Date(a), timeZone) === dayOf(new Date(b), timeZone);
}

/** "2026-11-20 12:03:10 UTC": for tooltips, which show the exact time. */
export function formatUtc(iso: string): string {
  return `${new Date(iso).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** "2026-11-20 12:03 UTC" */
export function formatUtcMinute(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** "1,234,567" */
export function formatCount(count: number): string {
  return count.toLocaleString("en-GB");
}

export function plural(count: number, one: string, many: string): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function part(at: Date, timeZone: string, options: Intl.DateTimeFormatOptions): string {
  return formatOf(timeZone, options).format(at);
}

/** Formats are cached: creating one takes about 50 µs, and a log with timestamps needs hundreds at once. */
function formatOf(timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = timeZone + JSON.stringify(options);
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-GB", { ...options, timeZone });
    formats.set(key, format);
  }
  return format;
}

function dayOf(at: Date, timeZone: string): string {
  return part(at, timeZone, { year: "numeric", month: "2-digit", day: "2-digit" });
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}
