import assert from "node:assert/strict";
import { test } from "node:test";
import { progressIn } from "../../../worker/output/progress.ts";

const found = progressIn;

test("progress is recognised with and without the time of day, and after a sequence that clears the line", () => {
  for (const line of [
    "12:00:01 sync-apaches:  20% (ok: 1; fail: 1; left: 8) - ",
    "sync-apaches:  20% (ok: 1; fail: 1; left: 8)",
  ]) {
    assert.deepEqual(found(line), {
      name: "sync-apaches",
      percent: 20,
      ok: 1,
      failed: 1,
      left: 8,
      inFlight: null,
    });
  }
});

test("hosts in flight are counted where scap prints them", () => {
  assert.deepEqual(found("scap-cdb-rebuild:  42% (in-flight: 3; ok: 10; fail: 0; left: 14)"), {
    name: "scap-cdb-rebuild",
    percent: 42,
    ok: 10,
    failed: 0,
    left: 14,
    inFlight: 3,
  });
});

test("other text, and counts larger than any fleet, are not progress", () => {
  assert.equal(found("disk 42% (of 10 GB)"), undefined);
  assert.equal(found("nothing"), undefined);
  assert.equal(found("Go on? [y/N]: aches:  20% (ok: 1; fail: 1; left: 8)"), undefined, "half drawn over");
  assert.equal(found(`x: 42% (ok: ${"9".repeat(30)}; fail: 0; left: 1)`), undefined);
  assert.equal(found("x: 999% (ok: 1; fail: 0; left: 1)")?.percent, 100);
});
