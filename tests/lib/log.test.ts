import assert from "node:assert/strict";
import { test } from "node:test";
import { DrizzleQueryError } from "drizzle-orm";
import pg from "pg";
import { createLog } from "#lib/log.ts";
import { parseTrace, runInRequest } from "#lib/request-context.ts";

function logged(error: unknown): { text: string; error: Record<string, unknown> } {
  let text = "";
  createLog("test", { write: (line) => (text += line) }).error("it failed", { error });
  return { text, error: (JSON.parse(text) as { error: Record<string, unknown> }).error };
}

function refusedRow(): Error {
  const refused = new pg.DatabaseError("new row violates check constraint", 1, "error");
  return Object.assign(refused, {
    code: "23514",
    constraint: "text_is_bounded",
    detail: "Failing row contains (12, hunter2).",
    where: "COPY answer, line 1: hunter2",
  });
}

test("a database error is logged with its code, and without the values of the row", () => {
  const cause = refusedRow();
  const { text, error } = logged(
    new DrizzleQueryError("insert into account values ($1)", ["hunter2\nat x"], cause),
  );

  assert.ok(!text.includes("hunter2"), text);
  assert.equal(error["message"], "Failed query: insert into account values ($1)");
  assert.match(
    String(error["stack_trace"]),
    /^Error: Failed query: insert into account values \(\$1\)\n\s+at .*log\.test/,
  );
  const { type, code, constraint } = error["cause"] as Record<string, unknown>;
  assert.deepEqual(
    { type, code, constraint },
    { type: "DatabaseError", code: "23514", constraint: "text_is_bounded" },
  );
});

test("an aggregate error is logged with each of its errors", () => {
  const refused = Object.assign(new Error("connect ECONNREFUSED ::1:5432"), {
    code: "ECONNREFUSED",
    port: 5432,
  });
  const { error } = logged(new AggregateError([refused, refusedRow()], "nobody answers"));

  const [first, second] = error["errors"] as Record<string, unknown>[];
  assert.deepEqual([first?.["code"], first?.["port"], second?.["code"]], ["ECONNREFUSED", 5432, "23514"]);
});

test("an error with a circular cause is logged", () => {
  const error = new Error("round and round");
  error.cause = error;

  assert.equal(logged(error).error["message"], "round and round");
});

test("a thrown value that is not an error is logged as it is", () => {
  assert.deepEqual(logged("a word").error, { message: "a word" });
});

test("a line has the fields of the Elastic Common Schema, and facts cannot take the name of one", () => {
  let text = "";
  const log = createLog("test", { write: (line) => (text += line) });
  const trace = parseTrace("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  runInRequest({ requestId: "r1", trace }, () => {
    log.warn("it happened", {
      host: "deploy1",
      "event.action": "http-request",
      token: "hush",
      left: undefined,
    });
  });

  const { "@timestamp": at, "process.pid": pid, ...fields } = JSON.parse(text) as Record<string, unknown>;
  assert.ok(!Number.isNaN(Date.parse(String(at))));
  assert.equal(pid, process.pid);
  assert.deepEqual(fields, {
    "log.level": "warn",
    message: "it happened",
    "ecs.version": "8.11",
    "service.name": "spiderpig",
    "event.dataset": "spiderpig.test",
    "event.action": "http-request",
    "http.request.id": "r1",
    "trace.id": "4bf92f3577b34da6a3ce929d0e0e4736",
    spiderpig: { host: "deploy1", token: "[hidden]" },
  });
});

test("a traceparent is used only if it is valid", () => {
  const id = "4bf92f3577b34da6a3ce929d0e0e4736";
  const span = "00f067aa0ba902b7";
  assert.equal(parseTrace(`00-${id}-${span}-01`)?.traceId, id);
  for (const invalid of [
    `ff-${id}-${span}-01`,
    `00-${"0".repeat(32)}-${span}-01`,
    `00-${id}-${"0".repeat(16)}-01`,
    `00-${id.toUpperCase()}-${span}-01`,
    `00-${id}-${span}-01\nx`,
    "",
    undefined,
    ["00"],
  ]) {
    assert.equal(parseTrace(invalid), undefined);
  }
});
