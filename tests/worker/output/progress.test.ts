import assert from "node:assert/strict";
import { test } from "node:test";
import { progressIn } from "../../../worker/output/progress.ts";

const found = (text: string) => progressIn(Buffer.from(text));

test("the newest progress of a burst is the one that counts", () => {
  assert.deepEqual(
    found(
      "12:00:00 sync-apaches:  10% (ok: 1; fail: 0; left: 9)   \r12:00:01 sync-apaches:  20% (ok: 1; fail: 1; left: 8) - \r",
    ),
    { name: "sync-apaches", percent: 20, ok: 1, failed: 1, left: 8, inFlight: null },
  );
});

test("those in flight are counted where they are told", () => {
  assert.deepEqual(found("\u001b[0mscap-cdb-rebuild:  42% (in-flight: 3; ok: 10; fail: 0; left: 14)"), {
    name: "scap-cdb-rebuild",
    percent: 42,
    ok: 10,
    failed: 0,
    left: 14,
    inFlight: 3,
  });
});

test("what is no progress, or counts beyond every fleet, is none", () => {
  assert.equal(found("disk 42% (of 10 GB)"), undefined);
  assert.equal(found("nothing"), undefined);
  assert.equal(found(`x: 42% (ok: ${"9".repeat(30)}; fail: 0; left: 1)`), undefined);
  assert.equal(found("x: 999% (ok: 1; fail: 0; left: 1)")?.percent, 100);
});

test("a megabyte of almost-progress costs no time", () => {
  const begun = process.cpuUsage();
  found("x: 42% (ok: 1; fail: 0; left: ".repeat(40_000));
  // Its own time: what it waits for a processor that others have says nothing of it.
  const { user, system } = process.cpuUsage(begun);
  assert.ok(user + system < 500_000, `${(user + system) / 1000} ms of a processor`);
});
