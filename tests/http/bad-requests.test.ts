// How a web process responds to malformed requests: never with a server error, always with a problem document below /api,
// and without an error in its log.
import assert from "node:assert/strict";
import { once } from "node:events";
import { after, test } from "node:test";
import fc from "fast-check";
import type { Endpoint } from "#lib/contract/endpoint.ts";
import { endpoints } from "#lib/contract/endpoints.ts";
import { query, transaction } from "#lib/db/connection.ts";
import { until } from "../support/until.ts";
import { startReviewServer } from "../lib/gerrit/review-server.ts";
import { aJob } from "../seed/seed.ts";
import { randomRequests } from "./random-requests.ts";
import { loggedErrors, problemIn, rawRequest, sendAll } from "./send-requests.ts";
import { isStream, malformedRequests, type RawRequest } from "./malformed-requests.ts";
import { type RawAnswer, startWebProcess } from "./web-process.ts";

const review = await startReviewServer();
after(() => review.close());
const web = await startWebProcess(after, { gerritUrl: review.url });
const admin = `authorization: Bearer ${web.tokens.get("admin")}`;
/** Never used to sign out. */
const viewer = `authorization: Bearer ${web.tokens.get("viewer")}`;

/** A few, as a browser would. */
const AT_ONCE = 6;
const ALL_ENDPOINTS: readonly Endpoint[] = Object.values(endpoints);

function send(request: RawRequest): Promise<RawAnswer> {
  return web.raw(rawRequest({ headers: [admin], ...request }));
}

function requireProblem(answer: RawAnswer, where: string): void {
  assert.doesNotThrow(() => problemIn(answer), where);
}

test("a malformed state of the page's router is rejected", async () => {
  for (const state of ["%", "1", "[]", "x".repeat(5000)]) {
    for (const target of ["/sign-in", "/_next/data/x"]) {
      const answer = await send({
        method: "GET",
        target,
        headers: ["rsc: 1", `next-router-state-tree: ${state}`],
      });
      assert.equal(answer.status, 400, `${target} ${state.slice(0, 10)}`);
      requireProblem(answer, target);
    }
  }
});

test("a URL with malformed percent-encoding is rejected", async () => {
  for (const target of ["/api/jobs/%FF", "/api/lanes/%/freeze", "/api/%E0%A4%A", "/api/jobs/%C0%80/log"]) {
    const answer = await send({ target, method: target.includes("freeze") ? "PUT" : "GET" });
    assert.equal(answer.status, 400, target);
    requireProblem(answer, target);
  }
  for (const target of ["/jobs/%FF", "/%", "/jobs/%E0%A4%A?x=1"]) {
    const answer = await send({ target });
    assert.equal(answer.status, 404, target);
    assert.match(answer.headers.get("content-type") ?? "", /^text\/html/, target);
  }
});

test("a filter with a character that no text can have is wrong, for the interface and on the page", async () => {
  await aJob(web.db, { lane: "filtered" }).succeeded();
  for (const name of ["user", "project"]) {
    const answer = await send({ target: `/api/jobs?${name}=a%00` });
    assert.equal(answer.status, 400, name);
    requireProblem(answer, name);
    assert.equal((await send({ target: `/history?${name}=a%00` })).status, 200, name);
  }
});

test("an id that no row can have gets 404", async () => {
  for (const id of [
    "0",
    "-1",
    "1e3",
    "2147483648",
    "99999999999999999999",
    "1".repeat(5000),
    "%00",
    "1%2F2",
  ]) {
    for (const path of [`/api/jobs/${id}`, `/api/jobs/${id}/log`, `/api/jobs/1/interactions/${id}/answer`]) {
      const isAnswer = path.endsWith("answer");
      const answer = await send({
        target: path,
        ...(isAnswer ? { method: "PUT", body: JSON.stringify({ value: true }) } : {}),
      });
      assert.equal(answer.status, 404, path.slice(0, 80));
      requireProblem(answer, path);
    }
    assert.equal((await send({ target: `/jobs/${id}` })).status, 404, `/jobs/${id.slice(0, 40)}`);
  }
});

test("an unsupported method gets 405 with the list of supported methods", async () => {
  const refused: readonly (readonly [method: string, target: string, allow: string])[] = [
    ["TRACE", "/api/jobs", "GET, HEAD, OPTIONS, POST"],
    ["PATCH", "/api/jobs", "GET, HEAD, OPTIONS, POST"],
    ["PROPFIND", "/api/jobs/1", "GET, HEAD, OPTIONS"],
    ["GET", "/api/lanes/mediawiki/freeze", "DELETE, OPTIONS, PUT"],
    ["GET", "/api/auth/sign-in/username", "OPTIONS, POST"],
    ["TRACE", "/", "GET, HEAD, OPTIONS"],
    ["POST", "/jobs/1", "GET, HEAD, OPTIONS"],
    ["TRACE", "*", "DELETE, GET, HEAD, OPTIONS, POST, PUT"],
    ["BREW", "/api/jobs", "DELETE, GET, HEAD, OPTIONS, POST, PUT"],
    ["CONNECT", "example.org:443", "DELETE, GET, HEAD, OPTIONS, POST, PUT"],
  ];
  for (const [method, target, allow] of refused) {
    const answer = await send({ method, target });
    const where = `${method} ${target}`;
    assert.deepEqual([answer.status, answer.headers.get("allow")], [405, allow], where);
    requireProblem(answer, where);
  }
});

test("OPTIONS lists the methods of a URL, and of the server", async () => {
  const ofServer = await send({ method: "OPTIONS", target: "*" });
  assert.deepEqual(
    [ofServer.status, ofServer.headers.get("allow")],
    [204, "DELETE, GET, HEAD, OPTIONS, POST, PUT"],
  );
  const ofJobs = await send({ method: "OPTIONS", target: "/api/jobs", headers: [] });
  assert.deepEqual([ofJobs.status, ofJobs.headers.get("allow")], [204, "GET, HEAD, OPTIONS, POST"]);
  assert.equal((await send({ method: "OPTIONS", target: "/api/nothing" })).status, 404);
});

test("HEAD gets the response of GET without a body, also for a stream", async () => {
  const { id } = await aJob(web.db, { lane: "head" }).prints("a line").succeeded();
  const running = await aJob(web.db, { lane: "head-2" }).running();
  const paths = ALL_ENDPOINTS.filter(({ method }) => method === "GET").map(({ path }) =>
    path.replace("{id}", String(isStream(path) ? running.id : id)),
  );
  assert.ok(paths.length > 8);
  const query = (path: string) => (/changes$|matches$/.test(path) ? "?q=1" : "");
  for (const path of [...paths, `/jobs/${id}`, "/sign-in"]) {
    const head = await send({ method: "HEAD", target: path + query(path) });
    assert.equal(head.body, "", path);
    if (isStream(path)) assert.equal(head.headers.get("content-type"), "text/event-stream; charset=utf-8");
    else assert.equal(head.status, (await send({ target: path + query(path) })).status, path);
  }
});

test("an absolute URL is accepted as one of the server itself", async () => {
  assert.equal((await send({ target: "http://elsewhere.example/api/health" })).status, 200);
  assert.equal((await send({ target: "http://elsewhere.example/api/jobs/%FF" })).status, 400);
  assert.equal((await send({ target: "gopher://elsewhere.example/" })).status, 400);
});

test("bytes that are not HTTP get a problem document, and the connection is closed", async () => {
  const requests: readonly (readonly [request: string, status: number])[] = [
    ["hello\r\n\r\n", 405],
    ["GET /api/jobs HTTP/1.1\r\nbad header\r\n\r\n", 400],
    ["GET /api/\u0000 HTTP/1.1\r\nhost: x\r\n\r\n", 400],
    ["\u0016\u0003\u0001\u0002", 405],
    [`GET /${"x".repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`, 431],
    ["POST /api/jobs HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n", 400],
  ];
  for (const [request, status] of requests) {
    const answer = await web.raw(request);
    assert.equal(answer.status, status, JSON.stringify(request.slice(0, 40)));
    requireProblem(answer, request.slice(0, 40));
  }
});

test("a sign-in with a long body is rejected at the size limit of all routes, without reading the rest", async () => {
  const chunk = `10000\r\n${"x".repeat(0x10000)}\r\n`;
  const answer = await web.raw(
    [
      "POST /api/auth/sign-in/username HTTP/1.1",
      "host: x",
      "content-type: application/json",
      "transfer-encoding: chunked",
      "connection: close",
      "",
      `10000\r\n${'{"username":"admin","password":"'.padEnd(0x10000, "x")}\r\n${chunk.repeat(40)}0\r\n\r\n`,
    ].join("\r\n"),
  );
  assert.equal(answer.status, 413);
  requireProblem(answer, "sign-in");
});

test("no malformed request to any route gets a server error", async () => {
  const requests = ALL_ENDPOINTS.flatMap((endpoint, nth) => malformedRequests(endpoint, nth, admin));
  assert.ok(requests.length > 800, String(requests.length));
  const rest = requests.values();
  assert.deepEqual(await sendAll(web, () => rest.next().value, AT_ONCE), []);
});

test("no random request gets a server error; npm run test:fuzz sends more", async () => {
  const next = randomRequests(Date.now(), [admin, `authorization: Bearer ${web.tokens.get("viewer")}`]);
  let left = 300;
  assert.deepEqual(await sendAll(web, () => (left-- > 0 ? next() : undefined), AT_ONCE), []);
});

test("no sequence of bytes in a request line gets a server error", async () => {
  const method = fc.constantFrom("GET", "POST", "PUT", "DELETE", "TRACE", "OPTIONS", "HEAD", "");
  const target = fc
    .array(
      fc.oneof(
        fc.constantFrom(
          "/",
          "%",
          "api",
          "jobs",
          "..",
          "?",
          "#",
          "&",
          "=",
          "%FF",
          "\\",
          "//",
          "_next",
          "image",
          "data",
        ),
        fc.string({ unit: "binary-ascii", maxLength: 4 }),
      ),
      { maxLength: 8 },
    )
    .map((parts) => `/${parts.join("")}`.replaceAll(/[\r\n]/g, ""));
  await fc.assert(
    fc.asyncProperty(method, target, async (name, address) => {
      const answer = await send({ method: name, target: address });
      assert.ok(
        answer.status >= 200 && answer.status < 500,
        `${answer.status} ${name} ${JSON.stringify(address)}`,
      );
    }),
    { numRuns: 150 },
  );
});

const MB = 1024 * 1024;

/** Long jobs, which only a list without a filter finds. Without triggers: they would update the search for each row. */
async function storeLongJobs(lane: string, count: number, subjectLength: number): Promise<void> {
  await transaction(web.db, async (tx) => {
    await tx.execute("set local session_replication_role = replica");
    await tx.execute(
      `with created as (
         insert into spiderpig.job
           (kind, operation, parameters, lane, requested_by, command, state, outcome, decided_by, created_at, finished_at)
         select 'backport', '{"name":"Backport","completedLabel":"Deployed","evidence":"production","estimateKey":"backport","hosts":null}', '{}', $1, 'deployer', '{backport,1234}',
                'cancelled', 'cancelled_while_queued', 'deployer', now() - ($2 - n) * interval '1 second', now()
         from generate_series(1, $2) as n
         returning id)
       insert into spiderpig.change (job_id, position, number, patch_set, project, branch, subject, owner, url)
       select id, 1, 1234, 1, 'operations/mediawiki-config', 'master', repeat('subject ', $3 / 8), 'Ada',
              'https://gerrit.example/1234'
       from created`,
      [lane, count, subjectLength],
    );
    await tx.execute(
      `insert into spiderpig.job_search (job_id, created_at, is_ended, facets, document)
       select id, created_at, true, '{}', '' from spiderpig.job where lane = $1`,
      [lane],
    );
  });
}

test("an export that is not read costs no memory, and continues or ends when its client does", async () => {
  const COUNT = 2000;
  await storeLongJobs("exported", COUNT, 40_000);
  const total = COUNT * 40_000;
  const request = `GET /api/jobs.csv HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${viewer}\r\n\r\n`;
  const others = async () => {
    for (let n = 0; n < 50; n += 1) {
      assert.equal((await send({ target: "/api/jobs?limit=1", headers: [viewer] })).status, 200);
    }
  };
  await others();
  const before = web.residentBytes();

  const read = web.open(request);
  await once(read, "readable");
  const left = web.open(request);
  await once(left, "readable");
  await others();

  const grownBytes = web.residentBytes() - before;
  // Two exports in memory would take twice as much; what V8 has not collected yet takes up to 50 MB.
  assert.ok(grownBytes < total, `${grownBytes / MB} MB for two of ${total / MB} MB`);
  left.destroy();
  let received = 0;
  for await (const part of read) received += (part as Buffer).length;
  assert.ok(received > total, `${received} of ${total} bytes arrived`);
  await until("no query of the export to run", async () => {
    const running = await query(
      web.db,
      `select 1 from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle' and query ilike '%lane%'`,
    );
    return running.length === 0;
  });
});

test("none of these requests is logged as an error", () => {
  assert.match(web.log(), /listening on/);
  assert.deepEqual(loggedErrors(web), []);
});
