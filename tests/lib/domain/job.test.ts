import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  canMove,
  DEFAULT_LANE,
  isLive,
  isTerminal,
  JOB_TRANSITIONS,
  JOB_STATES,
  type JobState,
  LANE_PATTERN,
  LIVE_STATES,
  OUTCOMES,
  STATE_OF_OUTCOME,
  statesBefore,
  TERMINAL_STATES,
} from "#lib/domain/job.ts";

/** The transitions of a job as designed, written a second time on purpose. */
const LEGAL = new Set([
  "queued running",
  "queued cancelled",
  // Its host could not start it (lib/db/failed-starts.ts).
  "running queued",
  "running waiting",
  "waiting running",
  ...["running", "waiting"].flatMap((from) =>
    ["succeeded", "failed", "cancelled", "lost"].map((to) => `${from} ${to}`),
  ),
]);

for (const from of JOB_STATES) {
  for (const to of JOB_STATES) {
    const legal = LEGAL.has(`${from} ${to}`);
    test(`${from} to ${to} is ${legal ? "legal" : "illegal"}`, () => {
      assert.equal(canMove(from, to), legal);
      assert.equal(statesBefore(to).includes(from), legal);
    });
  }
}

test("every state is exactly one of queued, live or terminal", () => {
  assert.deepEqual(TERMINAL_STATES, ["succeeded", "failed", "cancelled", "lost"]);
  assert.deepEqual(LIVE_STATES, ["running", "waiting"]);
  for (const state of JOB_STATES) {
    const classes = [state === "queued", isLive(state), isTerminal(state)].filter(Boolean);
    assert.equal(classes.length, 1, `${state} has ${classes.length} classes`);
  }
});

test("every state can be reached from queued, and a terminal state from every state", () => {
  const reachable = (from: JobState): Set<JobState> => {
    const found = new Set<JobState>([from]);
    for (const state of found) for (const next of JOB_TRANSITIONS[state]) found.add(next);
    return found;
  };

  assert.deepEqual([...reachable("queued")].toSorted(), JOB_STATES.toSorted());
  for (const state of JOB_STATES) assert.ok([...reachable(state)].some(isTerminal), `${state} never ends`);
});

test("on any path a job returns to the queue only from running, and one that has ended never leaves its state", () => {
  fc.assert(
    fc.property(fc.infiniteStream(fc.nat()), (choices) => {
      let state: JobState = "queued";
      for (const choice of choices.take(50)) {
        const targets: readonly JobState[] = JOB_TRANSITIONS[state];
        const next = targets[choice % Math.max(targets.length, 1)];
        assert.equal(next === undefined, isTerminal(state), `${state} to ${next}`);
        if (next === undefined) break;
        if (next === "queued") assert.equal(state, "running", "a job returned to the queue");
        state = next;
      }
    }),
  );
});

test("every outcome ends in a terminal state, and every terminal state has an outcome", () => {
  for (const outcome of OUTCOMES) assert.ok(isTerminal(STATE_OF_OUTCOME[outcome]), `${outcome} does not end`);
  const ends = new Set(OUTCOMES.map((outcome) => STATE_OF_OUTCOME[outcome]));
  assert.deepEqual([...ends].toSorted(), TERMINAL_STATES.toSorted());
});

test("only outcomes that deployed all changes are a success", () => {
  assert.deepEqual(
    OUTCOMES.filter((outcome) => STATE_OF_OUTCOME[outcome] === "succeeded"),
    ["completed", "nothing_to_deploy", "prepared"],
  );
});

for (const [name, good] of [
  [DEFAULT_LANE, true],
  ["a", true],
  ["0-train_2", true],
  ["x".repeat(40), true],
  ["x".repeat(41), false],
  ["", false],
  ["-a", false],
  ["Media", false],
  ["a b", false],
  ["a\n", false],
  ["ä", false],
] as const) {
  test(`${JSON.stringify(name)} is ${good ? "a valid" : "no valid"} name of a lane`, () => {
    assert.equal(LANE_PATTERN.test(name), good);
  });
}
