// Formats times, durations and counts for people. Pure: the time zone and the current time are parameters, so that the
// server, the browser and the tests produce the same text.

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

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

/** "12:03" today, "Thu 12:03" within a week, else "19 Nov 2026, 12:03". @param timeZone IANA name. */
export function formatMoment(iso: string, nowMs: number, timeZone: string): string {
  const at = new Date(iso);
  const clock = part(at, timeZone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  if (dayOf(at, timeZone) === dayOf(new Date(nowMs), timeZone)) return clock;
  const ageMs = nowMs - at.getTime();
  if (ageMs > 0 && ageMs < 6 * 24 * HOUR_MS) return `${part(at, timeZone, { weekday: "short" })} ${clock}`;
  return `${part(at, timeZone, { day: "numeric", month: "short", year: "numeric" })}, ${clock}`;
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

/** Formats are cached: creating one takes about 50 µs, and a log with timestamps needs hundreds at once. */
function part(at: Date, timeZone: string, options: Intl.DateTimeFormatOptions): string {
  const key = timeZone + JSON.stringify(options);
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-GB", { ...options, timeZone });
    formats.set(key, format);
  }
  return format.format(at);
}

function dayOf(at: Date, timeZone: string): string {
  return part(at, timeZone, { year: "numeric", month: "2-digit", day: "2-digit" });
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}
