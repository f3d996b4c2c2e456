// OpenSearch and Prometheus, as far as SpiderPig reads them: what it asks over HTTP, and what it makes of each response.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { createOpenSearch } from "#lib/error-rate/opensearch.ts";
import { createPrometheus } from "#lib/error-rate/prometheus.ts";
import { startErrorServer } from "./error-server.ts";

const MINUTE = 60_000;
const NOON = Date.UTC(2026, 10, 30, 12);
const NOW = NOON + 20_000;

const server = await startErrorServer(after);
const settings = {
  url: server.url,
  index: "logstash-*,-old",
  query: "level:ERROR",
  timeField: "@timestamp",
  messageField: "message.keyword",
  versionField: "mwversion",
};
const authorization = "ApiKey c2VjcmV0";
const openSearch = createOpenSearch({ settings, authorization });
const impatient = createOpenSearch({ settings, authorization, timeoutMs: 300 });
const prometheus = createPrometheus({
  settings: { url: `${server.url}/prom`, query: "sum by (message) (increase(errors_total[1m]))" },
  authorization: undefined,
});

const shards = { total: 3, successful: 3, skipped: 0, failed: 0 };
const found = (minutes: object[]) => ({
  took: 3,
  timed_out: false,
  _shards: shards,
  hits: { total: null, hits: [] },
  aggregations: { minutes: { buckets: minutes } },
});

test("OpenSearch is asked for counts only, and gives minutes with versions and messages", async () => {
  const message = { key: "Undefined index: x", doc_count: 3, first: { value: NOON + 4000 } };
  const version = { key: "1.46", doc_count: 5, messages: { buckets: [message] } };
  server.respond({
    body: found([
      { key: NOON - MINUTE, doc_count: 0, versions: { buckets: [] } },
      { key: NOON, key_as_string: "x", doc_count: 7, versions: { buckets: [version] } },
    ]),
  });

  const reading = await openSearch.read(NOON - MINUTE, NOW);

  assert.deepEqual(reading, {
    asOf: NOW,
    minutes: [
      { minute: NOON - MINUTE, errors: 0 },
      { minute: NOON, errors: 7 },
    ],
    buckets: [
      { minute: NOON, version: "1.46", message: "Undefined index: x", errors: 3, firstAt: NOON + 4000 },
    ],
  });
  const { url, authorization, body } = server.asked.at(-1) ?? assert.fail();
  assert.equal(url.pathname, "/logstash-*%2C-old/_search");
  assert.equal(authorization, "ApiKey c2VjcmV0");
  const asked = body as { size: number; query: { bool: { filter: unknown[] } } };
  assert.equal(asked.size, 0);
  assert.deepEqual(asked.query.bool.filter, [
    { range: { "@timestamp": { gte: NOON - MINUTE, lt: NOW, format: "epoch_millis" } } },
    { query_string: { query: "level:ERROR" } },
  ]);
});

const INCOMPLETE = [
  { why: "an error status", reply: { status: 503, body: {} }, says: /_search responded with status 503\.$/ },
  {
    why: "a refusal with its reason",
    reply: {
      status: 400,
      body: { error: { reason: "Text fields are not optimised\n for it" }, status: 400 },
    },
    says: /status 400: Text fields are not optimised for it\.$/,
  },
  { why: "a redirect", reply: { status: 302, body: {} }, says: /status 302/ },
  { why: "no JSON", reply: { text: "<html>" }, says: /not JSON/ },
  { why: "an unknown form", reply: { body: { took: 1 } }, says: /unexpected form/ },
  { why: "a timeout of its own", reply: { body: { ...found([]), timed_out: true } }, says: /incomplete/ },
  {
    why: "a failed shard",
    reply: { body: { ...found([]), _shards: { ...shards, failed: 1 } } },
    says: /incomplete/,
  },
  { why: "no index", reply: { body: { ...found([]), _shards: { total: 0, failed: 0 } } }, says: /no index/ },
  { why: "too much", reply: { text: `"${"x".repeat(8_500_000)}"` }, says: /too large/ },
  { why: "no response", reply: { isSilent: true }, source: impatient, says: /took longer than 0.3 s/ },
];

for (const { why, reply, source = openSearch, says } of INCOMPLETE) {
  test(`${why} of the error source is a failure that names its address and no credentials`, async () => {
    server.respond(reply);

    await assert.rejects(source.read(NOON, NOW), (error: Error) => {
      assert.equal(error.name, "ErrorSourceFailure");
      assert.match(error.message, says);
      assert.ok(error.message.startsWith(server.url));
      assert.doesNotMatch(error.message, /ApiKey|c2VjcmV0/);
      return true;
    });
  });
}

const matrix = (result: object[]) => ({ status: "success", data: { resultType: "matrix", result } });

test("Prometheus gives whole minutes; a minute without any value was not read, and is not zero", async () => {
  const at = (minutes: number) => (NOON + minutes * MINUTE) / 1000;
  server.respond({
    body: matrix([
      {
        metric: { message: "Timeout", version: "1.46" },
        values: [
          [at(-3), "0"],
          [at(0), "4.2"],
        ],
      },
      { metric: {}, values: [[at(0), "NaN"]] },
    ]),
  });

  const { asOf, minutes, buckets } = await prometheus.read(NOON - 4 * MINUTE, NOW);

  assert.equal(asOf, NOON);
  assert.deepEqual(minutes, [
    { minute: NOON - 4 * MINUTE, errors: 0 },
    { minute: NOON - MINUTE, errors: 4 },
  ]);
  assert.deepEqual(buckets, [
    { minute: NOON - MINUTE, version: "1.46", message: "Timeout", errors: 4, firstAt: NOON },
  ]);
  const { searchParams, pathname } = server.asked.at(-1)?.url ?? assert.fail();
  assert.equal(pathname, "/prom/api/v1/query_range");
  assert.deepEqual(Object.fromEntries(searchParams), {
    query: "sum by (message) (increase(errors_total[1m]))",
    start: String(at(-3)),
    end: String(at(0)),
    step: "60",
  });
});

test("a query of Prometheus that matches nothing is a failure: it does not say that there are no errors", async () => {
  server.respond({ body: matrix([]) });
  await assert.rejects(prometheus.read(NOON, NOW), /has no series for the query/);
});
