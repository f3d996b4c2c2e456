import assert from "node:assert/strict";
import { test } from "node:test";
import { createPhaseTracker } from "../../../worker/output/phases.ts";

const NONE = { open: [], count: 0 };
const at = new Date("2026-01-02T03:04:05Z");

/** The changes in short form: `+1 name@depth` for a start, `-1` for a finish. */
function changes(tracker: ReturnType<typeof createPhaseTracker>, ...lines: string[]): string[] {
  return lines
    .flatMap((text, index) => tracker.push({ n: index + 1, text }, at))
    .map((change) =>
      change.change === "started" ? `+${change.id} ${change.name}@${change.depth}` : `-${change.id}`,
    );
}

test("a phase starts, contains nested phases, and finishes", () => {
  const tracker = createPhaseTracker(NONE);
  assert.deepEqual(
    changes(
      tracker,
      "12:00:00 Started sync-world",
      "12:00:01 Started sync-testservers",
      "12:00:05 Finished sync-testservers (duration: 00m 04s)",
    ),
    ["+1 sync-world@0", "+2 sync-testservers@1", "-2"],
  );
  assert.equal(tracker.current()?.name, "sync-world");
  assert.deepEqual(changes(tracker, "12:00:09 Finished sync-world (duration: 00m 09s)"), ["-1"]);
  assert.equal(tracker.current(), undefined);
});

test("brackets in a name are not mistaken for a duration", () => {
  const tracker = createPhaseTracker(NONE);
  assert.deepEqual(
    changes(
      tracker,
      "12:00:00 Started Running purge (php 8)",
      "12:00:01 Finished Running purge (php 8) (duration: 00m 01s)",
    ),
    ["+1 Running purge (php 8)@0", "-1"],
  );
});

test("an outer phase that finishes ends the phases that are open inside it", () => {
  const tracker = createPhaseTracker(NONE);
  assert.deepEqual(
    changes(tracker, "12:00:00 Started a", "12:00:00 Started b", "12:00:00 Started c", "12:00:09 Finished a"),
    ["+1 a@0", "+2 b@1", "+3 c@2", "-3", "-2", "-1"],
  );
});

test("text that only mentions starting and finishing is not a phase", () => {
  const tracker = createPhaseTracker(NONE);
  assert.deepEqual(
    changes(tracker, "Started early", "at 12:00:00 Started it", "12:00:00 Finished what never began"),
    [],
  );
});

test("the waits for merge and traffic are phases", () => {
  assert.deepEqual(
    changes(
      createPhaseTracker(NONE),
      "12:00:00 Waiting for changes to be merged. This may take some time if there are long running tests.",
      "12:09:00 All changes have been merged",
      "12:09:01 Started scap sync-world: Backport",
      "12:10:00 Waiting 20 seconds for canary traffic...",
      "12:10:20 Logstash checker counted 9 error(s) in the last 20 seconds. OK.",
      "12:11:00 Waiting 8 seconds for production traffic...",
      "12:11:20 Logstash checker counted 99 error(s) in the last 20 seconds.  The threshold is 9.",
    ),
    [
      ["+1 Wait for merge@0", "-1"],
      ["+2 scap sync-world: Backport@0", "+3 Wait for canary traffic@1", "-3"],
      ["+4 Wait for production traffic@1", "-4"],
    ].flat(),
  );
});

test("a wait without a result ends when the next phase starts", () => {
  assert.deepEqual(
    changes(
      createPhaseTracker(NONE),
      "12:00:00 Started sync-world",
      "12:00:00 Waiting 20 seconds for canary traffic...",
      "12:00:20 Waiting 20 seconds for canary traffic...",
      "12:00:40 Started sync-prod-k8s",
    ),
    [
      "+1 sync-world@0",
      "+2 Wait for canary traffic@1",
      "-2",
      "+3 Wait for canary traffic@1",
      "-3",
      "+4 sync-prod-k8s@1",
    ],
  );
});

for (const result of ["rolled back", "rollback cancelled"]) {
  test(`a rollback is a phase, with the phases inside it, until scap says "${result}"`, () => {
    assert.deepEqual(
      changes(
        createPhaseTracker(NONE),
        "Result: rolled back",
        "12:00:00 Started scap sync-world: Backport",
        "Result: rolled back",
        "12:00:00 Rolling back deployment",
        "12:00:01 Rolling back k8s deployment for stage testservers",
        "12:00:01 Started sync-testservers-k8s",
        "12:00:09 Finished sync-testservers-k8s (duration: 00m 08s)",
        "Result: SUCCESS",
        `Result: ${result}`,
        "12:00:10 Finished scap sync-world: Backport (duration: 00m 10s)",
      ),
      ["+1 scap sync-world: Backport@0", "+2 Rollback@1", "+3 sync-testservers-k8s@2", "-3", "-2", "-1"],
    );
  });
}

test("an automatic rollback is a phase, as is a rollback that was announced to people", () => {
  for (const [start, finish] of [
    ["Rolling back to prior state...", "12:00:09 Rollback completed"],
    [
      "Rolling back to prior state...",
      "12:00:09 Caught another exception while trying to roll back. Giving up: timed out",
    ],
    ["ada, ben: Rolling back deployment", "Result: rolled back"],
  ] as const) {
    assert.deepEqual(
      changes(createPhaseTracker(NONE), `12:00:00 ${start}`, finish),
      ["+1 Rollback@0", "-1"],
      start,
    );
  }
});

test("a sync that scap reports as failed is finished", () => {
  assert.deepEqual(
    changes(
      createPhaseTracker(NONE),
      "12:00:00 Started scap sync-world: A",
      "12:00:09 Failed scap sync-world: A (duration: 00m 09s)",
    ),
    ["+1 scap sync-world: A@0", "-1"],
  );
});

test("sentences of other programs about waits and rollbacks are no phases", () => {
  assert.deepEqual(
    changes(
      createPhaseTracker(NONE),
      "Waiting for changes to be merged.",
      "12:00:00 Waiting for a lock",
      "12:00:00 Rolling back deployment was discussed",
      "12:00:00 Logstash checker counted 9 error(s) in the last 20 seconds. OK.",
      "12:00:00 All changes have been merged",
    ),
    [],
  );
});

test("phases that a previous worker stored continue", () => {
  const tracker = createPhaseTracker({ open: [{ id: 7, name: "canaries", depth: 0 }], count: 9 });
  assert.deepEqual(
    changes(tracker, "12:00:00 Started checks", "12:00:00 Finished canaries (duration: 00m 01s)"),
    ["+10 checks@1", "-10", "-7"],
  );
  const rollback = createPhaseTracker({ open: [{ id: 3, name: "Rollback", depth: 0 }], count: 3 });
  assert.deepEqual(changes(rollback, "Result: rolled back"), ["-3"]);
});

test("output that imitates an endless number of phases is bounded", () => {
  const tracker = createPhaseTracker(NONE);
  const lines = Array.from({ length: 5000 }, (_, index) => `12:00:00 Started phase ${index}`);
  assert.equal(changes(tracker, ...lines).length, 20);
  const pairs = lines.flatMap((line) => [line, line.replace("Started", "Finished")]);
  assert.ok(changes(createPhaseTracker(NONE), ...pairs).length <= 4000);
  const [named] = createPhaseTracker(NONE).push({ n: 1, text: `12:00:00 Started ${"x".repeat(9000)}` }, at);
  assert.equal(named?.change === "started" && named.name.length, 500);
});
