// What became of the changes of a window, when the windows of a series are, and who may report.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { JobState, Outcome, Reached } from "#lib/domain/job.ts";
import { mayReportOn, type User } from "#lib/domain/permission.ts";
import {
  isAuthor,
  isStartableItem,
  type ItemReport,
  laterDependencies,
  weeklyTimes,
  WINDOW_ITEM_STATES,
  windowItemState,
  windowPhase,
} from "#lib/domain/window.ts";

const job = (
  state: JobState,
  {
    outcome = null,
    reached = "nowhere",
    isReverted = false,
  }: { outcome?: Outcome | null; reached?: Reached; isReverted?: boolean } = {},
) => ({ id: 7, state, outcome, reached, isReverted });
const tested = (jobId: number): ItemReport => ({ kind: "tested", jobId });
const absent: ItemReport = { kind: "absent", jobId: null };

test("the state of a change follows from its job", () => {
  assert.equal(windowItemState(undefined, undefined), "planned");
  assert.equal(windowItemState(absent, undefined), "absent");
  assert.equal(windowItemState(undefined, job("queued")), "queued");
  assert.equal(windowItemState(undefined, job("running")), "running");
  assert.equal(windowItemState(undefined, job("succeeded", { outcome: "completed" })), "deployed");
  assert.equal(
    windowItemState(undefined, job("succeeded", { outcome: "completed", isReverted: true })),
    "reverted",
  );
  for (const [state, outcome] of [
    ["failed", "rolled_back"],
    ["failed", "exit_nonzero"],
    ["cancelled", "cancelled_while_queued"],
    ["lost", "holder_lost"],
    ["succeeded", "nothing_to_deploy"],
  ] as const) {
    assert.equal(windowItemState(undefined, job(state, { outcome })), "not_deployed", outcome);
  }
});

test("a question on the test servers waits for the author until they have tested this deployment", () => {
  const waiting = job("waiting", { reached: "testservers" });
  assert.equal(windowItemState(undefined, waiting), "waiting_for_author");
  assert.equal(windowItemState(tested(6), waiting), "waiting_for_author");
  assert.equal(windowItemState(tested(7), waiting), "waiting_for_deployer");
  assert.equal(windowItemState(absent, waiting), "waiting_for_deployer");
  assert.equal(windowItemState(undefined, job("waiting")), "waiting_for_deployer");
  assert.equal(windowItemState(undefined, job("waiting", { reached: "canaries" })), "waiting_for_deployer");
});

test("a change can be started unless it is in progress or deployed", () => {
  assert.deepEqual(
    WINDOW_ITEM_STATES.filter((state) => !isStartableItem(state)),
    ["queued", "running", "waiting_for_author", "waiting_for_deployer", "deployed"],
  );
});

test("a window is open from its start until its end, unless it was cancelled", () => {
  const times = { startsAt: new Date("2026-12-01T13:00:00Z"), endsAt: new Date("2026-12-01T14:00:00Z") };
  assert.equal(windowPhase(times, false, new Date("2026-12-01T12:59:59Z")), "coming");
  assert.equal(windowPhase(times, false, times.startsAt), "open");
  assert.equal(windowPhase(times, false, times.endsAt), "over");
  assert.equal(windowPhase(times, true, times.startsAt), "cancelled");
});

test("a weekly series has the windows that are not over, at the same time in UTC", () => {
  const first = { startsAt: new Date("2026-10-20T13:00:00Z"), endsAt: new Date("2026-10-20T14:00:00Z") };
  const starts = (now: string) =>
    weeklyTimes(first, new Date(now)).map(({ startsAt }) => startsAt.toISOString());
  assert.equal(starts("2026-10-01T00:00:00Z")[0], "2026-10-20T13:00:00.000Z");
  // Clocks change in between in many time zones.
  assert.equal(starts("2026-10-20T13:59:59Z")[0], "2026-10-20T13:00:00.000Z");
  assert.deepEqual(starts("2026-10-20T14:00:00Z").slice(0, 2), [
    "2026-10-27T13:00:00.000Z",
    "2026-11-03T13:00:00.000Z",
  ]);
  const [later] = weeklyTimes(first, new Date("2027-03-01T00:00:00Z"));
  assert.deepEqual(
    [later?.startsAt.toISOString(), later?.endsAt.toISOString()],
    ["2027-03-02T13:00:00.000Z", "2027-03-02T14:00:00.000Z"],
  );
});

test("the author of a change may report on it, and so may deployers; other viewers may not", () => {
  const change = { author: "Ada", owner: "Ada Lovelace" };
  const person = (name: string, role: User["role"]): User => ({ id: name, name, role });
  assert.ok(isAuthor("ada", change));
  assert.ok(mayReportOn(person("ada", "viewer"), change));
  assert.ok(mayReportOn(person("ada lovelace", "viewer"), change));
  assert.ok(mayReportOn(person("grace", "deployer"), change));
  assert.ok(!mayReportOn(person("grace", "viewer"), change));
  assert.ok(!mayReportOn({ ...person("grace", "deployer"), scope: "read" }, change));
});

test("a change that depends on one later in the window is named", () => {
  const items = [
    { number: 1, dependencies: [3, 9] },
    { number: 2, dependencies: [1] },
    { number: 3, dependencies: [] },
  ];
  assert.deepEqual(laterDependencies(items), [{ number: 1, dependency: 3 }]);
});
