import assert from "node:assert/strict";
import { test } from "node:test";
import { isEventStream } from "#lib/web/find-endpoint.ts";
import { createRequestLimit, enterAll } from "#lib/web/request-limit.ts";

test("requests beyond the limit wait in their order, and beyond that are refused; other callers are not affected", () => {
  const limit = createRequestLimit({ runningMax: 2, waitingMax: 2 });
  const started: string[] = [];
  const enter = (caller: string, name: string) => limit.enter(caller, () => started.push(name));

  const ends = ["1", "2", "3", "4", "5"].map((name) => enter("alice", name));
  enter("bob", "bob");

  assert.deepEqual(started, ["1", "2", "bob"]);
  assert.equal(ends[4], undefined);
  ends[0]?.();
  ends[0]?.();
  assert.deepEqual(started, ["1", "2", "bob", "3"], "one place is free, however often its request ends");
  // The client hangs up while it waits.
  ends[3]?.();
  ends[1]?.();
  ends[2]?.();
  assert.deepEqual(started, ["1", "2", "bob", "3"]);
  enter("alice", "6");
  assert.equal(started.at(-1), "6");
});

test("a request that a second limit refuses, or whose client hangs up, holds no place in the first", async () => {
  const first = createRequestLimit({ runningMax: 1, waitingMax: 9 });
  const second = createRequestLimit({ runningMax: 1, waitingMax: 0 });
  const log: string[] = [];
  const enter = (name: string) => {
    const both = [
      { limit: first, caller: name },
      { limit: second, caller: "shared" },
    ];
    return enterAll(
      both,
      () => log.push(`start ${name}`),
      () => log.push(`refuse ${name}`),
    );
  };
  const settle = () => new Promise(setImmediate);

  const end = enter("a");
  await settle();
  enter("b");
  await settle();
  enter("a")();
  end();
  await settle();
  enter("b");
  await settle();

  assert.deepEqual(log, ["start a", "refuse b", "start b"]);
});

test("only event streams pass the limit of requests, however the address is written", () => {
  for (const target of [
    "/api/events",
    "/api/jobs/12/events",
    "/api/jobs/12/events?afterLine=1",
    "/api/jobs/../events",
  ]) {
    assert.ok(isEventStream(target), target);
  }
  const others = [
    "/api/jobs",
    "/jobs/12",
    "/api/jobs/./events",
    "/api/jobs/..\\..\\jobs/events",
    "/api/jobs/%2e/events",
  ];
  for (const target of others) assert.ok(!isEventStream(target), target);
});
