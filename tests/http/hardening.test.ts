// What one client of a web process can do to others: with many requests, forged headers, long bodies and errors in the log.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { query } from "#lib/db/connection.ts";
import { until } from "../support/until.ts";
import { startWebProcess } from "./web-process.ts";

const web = await startWebProcess(after, { gerritUrl: "http://127.0.0.1:9" });
const credentials = (role: "viewer" | "admin") => ({ authorization: `Bearer ${web.tokens.get(role)}` });

test("one user with hundreds of requests and streams does not keep others from the database", async () => {
  const flood = Array.from({ length: 400 }, async (_, index) => {
    const path = index % 2 === 0 ? "/api/jobs" : "/api/events";
    const closing = new AbortController();
    const response = await fetch(web.address + path, {
      headers: credentials("viewer"),
      signal: closing.signal,
    });
    const { status } = response;
    if (status === 429) assert.match(response.headers.get("retry-after") ?? "", /^\d+$/);
    // With the response: the client closes the connection of one that is garbage.
    return { path, status, response, close: () => closing.abort() };
  });
  const others = await Promise.all(
    Array.from({ length: 6 }, async () =>
      fetch(`${web.address}/api/jobs`, { headers: credentials("admin") }),
    ),
  );
  assert.deepEqual(new Set(others.map(({ status }) => status)), new Set([200]));

  const answers = await Promise.all(flood);
  for (const { close } of answers) close();

  const statuses = (path: string) => {
    const counts: Record<number, number> = {};
    for (const answer of answers) {
      if (answer.path === path) counts[answer.status] = (counts[answer.status] ?? 0) + 1;
    }
    return counts;
  };
  assert.deepEqual(statuses("/api/events"), { 200: 20, 429: 180 });
  const { 200: served = 0, 429: refused = 0, ...rest } = statuses("/api/jobs");
  assert.deepEqual(rest, {});
  assert.ok(served >= 106 && served + refused === 200, `${served} served, ${refused} refused`);
});

test("a client that is not a trusted proxy cannot choose its address", async () => {
  const response = await fetch(`${web.address}/api/auth/sign-in/username`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-forwarded-for": "9.9.9.9",
      "x-real-ip": "9.9.9.9",
      forwarded: "for=9.9.9.9",
    },
    body: JSON.stringify({ username: "viewer", password: "correct horse battery" }),
  });
  assert.equal(response.status, 204);

  const rows = await query<{ address: string }>(
    web.db,
    "select address from spiderpig.audit_event where kind = 'signed_in'",
  );
  assert.deepEqual(rows, [{ address: "127.0.0.1" }]);
});

test("a body beyond the limit is refused on every route before it is read, also on a page", async () => {
  for (const path of [
    "/api/jobs",
    "/api/auth/sign-in/username",
    "/api/auth/sign-out",
    "/api/nothing",
    "/sign-in",
  ]) {
    const head = [
      `POST ${path} HTTP/1.1`,
      "host: x",
      "connection: close",
      `content-length: ${64 * 1024 + 1}`,
    ];
    const answer = await web.raw(`${head.join("\r\n")}\r\n\r\n`);
    assert.equal(answer.status, 413, path);
  }
});

test("each request has one line in the log, with its user, its id and its trace, and without the query", async () => {
  const response = await fetch(`${web.address}/api/jobs?q=a-search-word&limit=1`, {
    headers: {
      ...credentials("viewer"),
      "x-request-id": "proxy-7",
      traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    },
  });
  await response.text();
  assert.equal(response.headers.get("x-request-id"), "proxy-7");

  const line = await until("the line", () =>
    web
      .log()
      .split("\n")
      .find((one) => one.includes("http-request") && one.includes("proxy-7")),
  );
  const fields = JSON.parse(line) as Record<string, unknown>;
  assert.partialDeepStrictEqual(fields, {
    "event.dataset": "spiderpig.access",
    "event.outcome": "success",
    "http.request.method": "GET",
    "http.response.status_code": 200,
    "http.request.id": "proxy-7",
    "trace.id": "4bf92f3577b34da6a3ce929d0e0e4736",
    "url.path": "/api/jobs",
    "source.ip": "127.0.0.1",
    "user.name": "viewer",
    spiderpig: { route: "/api/jobs" },
  });
  assert.ok(Number(fields["event.duration"]) > 0 && Number(fields["http.response.bytes"]) > 0);
  assert.ok(!web.log().includes("a-search-word"));
});

test("an error of a page is logged without the values of the statement, which may be the key of a session", async () => {
  const signedIn = await fetch(`${web.address}/api/auth/sign-in/username`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username: "admin", password: "correct horse battery" }),
  });
  const cookie = signedIn.headers
    .getSetCookie()
    .map((one) => one.split(";")[0])
    .join("; ");
  const key = decodeURIComponent(/session_token=([^.;]+)/.exec(cookie)?.[1] ?? "none");
  await query(web.db, "alter table auth.session rename to session_of_the_test");
  const { status } = await fetch(`${web.address}/jobs/1`, { headers: { cookie } });
  await query(web.db, "alter table auth.session_of_the_test rename to session");

  assert.equal(status, 500);
  const logged = web
    .log()
    .split("\n")
    .filter((line) => line.includes("auth"));
  assert.ok(logged.some((line) => (JSON.parse(line) as Record<string, unknown>)["log.level"] === "error"));
  assert.ok(!web.log().includes(key), "the log has the key of the session");
  assert.ok(!web.log().includes("correct horse"), "the log has a password");
});
