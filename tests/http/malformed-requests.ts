// Every malformed value that the tests send, at each place of a route that accepts it.

export type RawRequest = {
  method?: string;
  target: string;
  /** Lines. Credentials by default. */
  headers?: readonly string[];
  body?: string;
};

export function isStream(path: string): boolean {
  return path.includes("/events");
}

/** They resolve to another route; `/api/jobs/{id}/events`, for example, to a stream that stays open. */
const DOTS = ["..", "%2e%2e"];
export const SEGMENTS = [
  ...DOTS,
  "%",
  "%FF",
  "%E0%A4%A",
  "%00",
  "%2F",
  "0",
  "-1",
  "1.5",
  "2147483648",
  "9".repeat(400),
  "é",
  "%F0%9F%90%B7",
  "'",
  '"',
  "<b>",
  "*",
  "\\",
  "1;x=1",
  "A".repeat(41),
  "__proto__",
  "constructor",
];
export const QUERIES = [
  "?limit=x",
  "?limit=1e9",
  "?cursor=99999999999",
  "?state=%FF",
  "?from=yesterday",
  "?to=2026-02-30T00:00:00Z",
  "?q=%00",
  "?q=%FF",
  "?q=%ED%A0%80",
  "?user=%00",
  "?change=2147483648",
  "?fromLine=-1",
  "?fromLine=4294967296",
  "?afterLine=-1",
  "?__proto__=1",
  "?q",
  "?%",
  "?=",
  "?q[]=1",
  `?q=${"x".repeat(9000)}`,
];
export const BODIES = [
  "",
  "{",
  "null",
  "[]",
  '"x"',
  "1e999",
  "{}",
  '{"__proto__":1}',
  '{"value":{}}',
  '{"value":"\\ud800"}',
  '{"value":"\\u0000"}',
  '{"kind":"backport","changes":[]}',
  '{"kind":"backport","changes":["\\u0000","~1","a~99999999999"]}',
  '{"reason":"\\u202ex","until":"2020-01-01T10:00:00Z"}',
  '{"reason":"x","until":"2020-01-01T10:00:00+02:00"}',
  '{"reason":"x","until":"0000-01-01T00:00:00Z"}',
  '{"note":"\\u0007"}',
  '{"note":""}',
  "[".repeat(30_000),
];
export const HEADERS = [
  "last-event-id: 99999999999.99999999999",
  "last-event-id: %",
  "idempotency-key: two words",
  `idempotency-key: ${"k".repeat(300)}`,
  "accept: \u0001",
  "cookie: %=%;;=",
  "if-none-match: *",
  "range: bytes=0-",
  "content-encoding: gzip",
  "expect: a miracle",
  "upgrade: websocket",
  "next-action: x",
  "rsc: 1",
  "next-router-state-tree: %",
  "x-middleware-subrequest: x",
  "x-forwarded-host: %",
  "origin: %",
];

/**
 * Each malformed value at each place of a route that accepts it. Headers are handled before the route is known, so each route
 * gets a few of them, and the routes together get all, several times.
 * @param nth of all routes. @param credentials a header line.
 */
export function malformedRequests(
  { method, path }: { method: string; path: string },
  nth: number,
  credentials: string,
): RawRequest[] {
  const good = path.replaceAll(/\{i?id\}/g, "1").replace("{lane}", "some-lane");
  const takesBody = method === "POST" || method === "PUT";
  const body = takesBody ? { body: "{}" } : {};
  const isOfStream = isStream(path);
  const requests: RawRequest[] = [...path.matchAll(/\{\w+\}/g)].flatMap(([place]) =>
    SEGMENTS.filter((segment) => !isOfStream || !DOTS.includes(segment)).map((segment) => ({
      method,
      target: path
        .replace(place, () => segment)
        .replaceAll(/\{i?id\}/g, "1")
        .replace("{lane}", "some-lane"),
      ...body,
    })),
  );
  if (takesBody) requests.push(...BODIES.map((one) => ({ method, target: good, body: one })));
  // A stream that is accepted stays open.
  if (isOfStream) return requests;
  if (method === "GET") requests.push(...QUERIES.map((query) => ({ method, target: good + query })));
  const headers = HEADERS.filter((_, index) => index % HEADER_TURNS === nth % HEADER_TURNS);
  requests.push(...headers.map((one) => ({ method, target: good, headers: [credentials, one], ...body })));
  return requests;
}

const HEADER_TURNS = 4;
