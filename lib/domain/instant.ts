// Times in requests. Any ISO 8601 date and time with an offset is accepted; internally and in every response a time is UTC.

// A space instead of the sign of the offset is an unescaped plus sign of a query string.
const INSTANT =
  /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2})(:\d{2})?(?:[.,](\d{1,9}))?(?:([Zz])|([+ -])(\d{2})(?::?(\d{2}))?)$/;
const DAYS = /^(\d{4})-(\d{2})-(\d{2})$/;
/** The range that both PostgreSQL and ISO 8601 with four digits support. */
const EARLIEST = Date.parse("0001-01-01T00:00:00Z");
const LATEST = Date.parse("9999-12-31T23:59:59.999Z");

/** The time in UTC as `2026-12-01T08:00:00.000Z`; undefined when `text` is not a date and time with an offset. */
export function parseInstant(text: string): string | undefined {
  const [, day = "", minute, second = ":00", fraction = "0", zulu, sign, hours = "00", minutes = "00"] =
    INSTANT.exec(text) ?? [];
  if (minute === undefined || !isDay(day)) return undefined;
  const offset = zulu === undefined ? `${sign === "-" ? "-" : "+"}${hours}:${minutes}` : "Z";
  const at = Date.parse(`${day}T${minute}${second}.${fraction.slice(0, 3).padEnd(3, "0")}${offset}`);
  return at >= EARLIEST && at <= LATEST ? new Date(at).toISOString() : undefined;
}

/** `Date` would turn 29 February 2026 into 1 March. */
function isDay(text: string): boolean {
  const [year, month, day] = (DAYS.exec(text) ?? []).slice(1).map(Number);
  if (year === undefined || month === undefined || day === undefined) return false;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
