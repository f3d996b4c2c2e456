import assert from "node:assert/strict";
import { test } from "node:test";
import { databaseUrlIssue, serversOf } from "#lib/database-url.ts";

test("a URL with one server is that server's", () => {
  for (const url of [
    "postgresql://u:p@db/spiderpig",
    "postgres://u:p%40,x@db:5433/spiderpig?sslmode=require&options=-c%20role%3Dx",
    "postgresql:///spiderpig?host=/run/postgresql",
    "postgresql://u@[::1]:5432/spiderpig",
  ]) {
    assert.equal(databaseUrlIssue(url), undefined, url);
    assert.deepEqual(serversOf(url), [url]);
  }
});

test("a URL with several servers has one for each, without the parameter that selects among them", () => {
  const url =
    "postgresql://u:p@db1:5432,db2,[::1]:5433/spiderpig?sslmode=require&target_session_attrs=read-write";

  assert.equal(databaseUrlIssue(url), undefined);
  assert.deepEqual(serversOf(url), [
    "postgresql://u:p@db1:5432/spiderpig?sslmode=require",
    "postgresql://u:p@db2/spiderpig?sslmode=require",
    "postgresql://u:p@[::1]:5433/spiderpig?sslmode=require",
  ]);
});

test("what cannot lead to a primary is refused", () => {
  for (const [url, issue] of [
    ["mysql://db/spiderpig", /^must start with postgresql/],
    ["postgresql://db1,db2/spiderpig?target_session_attrs=any", /^target_session_attrs must be read-write/],
    ["postgresql://db1,/spiderpig", /^must have servers as host:port/],
    ["postgresql://db1,db2:none/spiderpig", /^must have servers as host:port/],
  ] as const) {
    assert.match(databaseUrlIssue(url) ?? "", issue, url);
  }
});
