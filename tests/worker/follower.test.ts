// The follower of a job, against real holders.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { LeaseLost } from "#lib/db/runs.ts";
import type { Log } from "#lib/log.ts";
import type { HolderRecord } from "../../holder/protocol/messages.ts";
import { createDatabaseClock } from "../../worker/database-clock.ts";
import { createFollower } from "../../worker/follower.ts";
import { until } from "../support/until.ts";
import { type HeldJob, holdScript, TEST_EPOCH } from "../holder/held-job.ts";

const noLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

function followerOf(
  t: TestContext,
  held: Pick<HeldJob, "dataDir">,
  onRecord: (record: HolderRecord) => unknown = () => undefined,
  log = noLog,
) {
  let connections = 0;
  const follower = createFollower({
    dataDir: held.dataDir,
    lease: { jobId: 1, epoch: TEST_EPOCH },
    clock: createDatabaseClock(noLog),
    log,
    isReplaying: false,
    onConnected: () => (connections += 1),
    onCaughtUp: () => undefined,
    onRecord: async (record) => void (await onRecord(record)),
    whenRoom: async () => undefined,
    onReading: () => undefined,
    onNotReading: () => undefined,
  });
  t.after(() => follower.stop());
  return { follower, connections: () => connections };
}

test("a follower that is stopped while it connects stops, and the job keeps running", async (t) => {
  const held = await holdScript(t, "read x");
  const { follower } = followerOf(t, held);
  let result: unknown = "follows";

  const following = follower.follow(0).then((end) => (result = end));
  follower.stop();

  await until("the follower to stop", () => result === undefined);
  await following;
  assert.equal(follower.client, undefined);
});

/** Makes holder.json state a newer version; all other fields stay. */
function claimNewer(held: HeldJob): { takeBack(): void } {
  const path = join(held.directory, "holder.json");
  const said = readFileSync(path, "utf8");
  writeFileSync(path, JSON.stringify({ ...(JSON.parse(said) as object), version: 1000 }));
  return { takeBack: () => writeFileSync(path, said) };
}

test("a follower logs once that the holder is newer, and checks again", async (t) => {
  const held = await holdScript(t, "echo one; read x");
  const newer = claimNewer(held);
  const errors: string[] = [];
  let records = 0;
  const log: Log = { ...noLog, error: (message) => void errors.push(message) };
  const { follower, connections } = followerOf(t, held, () => (records += 1), log);

  void follower.follow(0);
  await until("the error in the log", () => errors.length > 0);
  assert.deepEqual([records, connections()], [0, 0], "the follower connected");
  newer.takeBack();

  await until("the follower to continue", () => records > 0);
  assert.deepEqual(errors, [errors[0]]);
  assert.match(errors[0] ?? "", /newer version .* start the newer worker/);
});

test("a follower that waits between two checks of a newer holder stops at once", async (t) => {
  const held = await holdScript(t, "read x");
  claimNewer(held);
  const errors: string[] = [];
  const log: Log = { ...noLog, error: (message) => void errors.push(message) };
  const { follower } = followerOf(t, held, undefined, log);
  let isOver = false;

  void follower.follow(0).then(() => (isOver = true));
  await until("the follower to wait for the next check", () => errors.length > 0);
  follower.stop();

  // The follower waits with a timer; stopping it must not need one.
  await new Promise((resolve) => setImmediate(resolve));
  assert.ok(isOver, "it is still waiting");
});

test("a record that could not be processed is retried, and no other record is repeated", async (t) => {
  const held = await holdScript(t, "echo one; read x; echo two; exit 3");
  const taken: HolderRecord[] = [];
  let isRefusing = true;
  const { follower, connections } = followerOf(t, held, (record) => {
    if (record.kind === "input" && isRefusing) {
      isRefusing = false;
      throw new Error("not now");
    }
    taken.push(record);
  });

  const following = follower.follow(0);
  await held.type(await held.untilReading("one"), "x");
  const end = await following;

  assert.deepEqual([end?.exitCode, end?.outcome], [3, undefined]);
  assert.ok(connections() >= 2, "the failure was not handled");
  const positions = taken.map(({ position }) => position);
  assert.deepEqual(
    positions,
    [...new Set(positions)].toSorted((a, b) => a - b),
  );
  assert.equal(taken.filter(({ kind }) => kind === "input").length, 1);
});

test("an order that waits for a holder that is found dead gets the result unknown", async (t) => {
  const held = await holdScript(t, "echo one; read x");
  const { readId } = await held.untilReading("one");
  const { follower } = followerOf(t, held);

  process.kill(held.holderPid, "SIGKILL");
  const end = await follower.follow(0);
  const result = await follower.type({ interactionId: "1", readId, text: "x", secret: false, by: "tester" });

  assert.equal(end?.outcome, "holder_lost");
  assert.equal(result, "unknown");
});

test("an order that waits in a follower that is stopped is rejected with LeaseLost", async (t) => {
  const held = await holdScript(t, "read x");
  const { follower } = followerOf(t, held);

  const ordered = follower.type({ interactionId: "1", readId: 1, text: "x", secret: false, by: "tester" });
  follower.stop();

  await assert.rejects(ordered, LeaseLost);
});

test("a record that cannot be processed is logged once, and retried", async (t) => {
  const held = await holdScript(t, "echo one; read x");
  const errors: unknown[] = [];
  const log: Log = { ...noLog, error: (_, facts) => void errors.push(facts?.["message"]) };
  let tries = 0;
  const { follower } = followerOf(
    t,
    held,
    () => {
      tries += 1;
      if (tries <= 3) throw new Error("not this one");
    },
    log,
  );

  void follower.follow(0);

  await until("the follower to continue", () => tries > 3);
  assert.deepEqual(errors, ["a record could not be processed: not this one"]);
});
