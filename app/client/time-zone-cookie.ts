// The cookie with the local time zone of a reader who does not want UTC. Pure: the server reads it, the browser writes it.

export const UTC = "UTC";
export const LOCAL_TIME_ZONE_COOKIE = "spiderpig.local-time-zone";

/** @param cookie the value of the cookie, which may be anything. @returns an IANA name that can be formatted. */
export function timeZoneOf(cookie: string | undefined): string {
  if (cookie === undefined) return UTC;
  try {
    return new Intl.DateTimeFormat("en-GB", { timeZone: decodeURIComponent(cookie) }).resolvedOptions()
      .timeZone;
  } catch {
    return UTC;
  }
}
