// What the page says about whether deployments can start.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Health } from "../../../lib/contract/service.ts";
import { healthLabel, nextStart, startDelay } from "../../../app/text/start-text.ts";

const health = (workers: number): Health => ({ status: "ok", database: "ok", workers, version: "1" });

test("without a database or a worker the header shows an error, because no job can start", () => {
  assert.deepEqual(healthLabel({ ...health(2), database: "unreachable" }), {
    tone: "error",
    text: "Database unreachable",
    isMinor: false,
  });
  assert.deepEqual(healthLabel(health(0)), { tone: "error", text: "No workers connected", isMinor: false });
  assert.deepEqual(healthLabel(health(1)), { tone: "success", text: "1 worker", isMinor: true });
});

test("the page names the freeze before the missing worker, as what blocks a job", () => {
  assert.match(nextStart({ isFrozen: true, health: health(0), obstacle: undefined }), /freeze/);
  assert.match(
    nextStart({ isFrozen: false, health: health(0), obstacle: undefined }),
    /^No workers connected\./,
  );
  assert.match(startDelay({ isFrozen: true, health: health(0), obstacle: undefined }) ?? "", /freeze/);
  assert.match(
    startDelay({ isFrozen: false, health: health(0), obstacle: undefined }) ?? "",
    /worker connects/,
  );
});

test("a new deployment that would start immediately is announced as such, also before the health is known", () => {
  assert.equal(startDelay({ isFrozen: false, health: health(1), obstacle: undefined }), undefined);
  assert.equal(startDelay({ isFrozen: false, health: null, obstacle: undefined }), undefined);
});
