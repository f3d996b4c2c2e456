// Which jobs the shared stream of a browser covers and from where, whatever order tabs, updates and losses come in.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  EMPTY_HUB,
  type HubInput,
  type HubState,
  type HubStep,
  jobsQuery,
  MISSED_TICKS_MAX,
  stepHub,
  UNACKNOWLEDGED_UNITS_MAX,
  windowsQuery,
} from "../../../../app/client/live/hub-state.ts";
import type { ToTab } from "../../../../app/client/live/messages.ts";

const watch = (tab: number, ...jobs: [jobId: number, line: number][]): HubInput => ({
  kind: "watch",
  tab,
  jobs: jobs.map(([jobId, line]) => ({ jobId, cursor: { eventSeq: 0, line } })),
  windows: [],
});

const watchWindows = (tab: number, ...windows: number[]): HubInput => ({
  kind: "watch",
  tab,
  jobs: [],
  windows,
});

const update = (jobId: number | null, cursor: string | null, event = "output", units = 10): HubInput => ({
  kind: "update",
  update: { jobId, windowId: null, cursor, event, data: {} },
  units,
});

const tick: HubInput = { kind: "tick", serverTime: undefined };

function run(inputs: readonly HubInput[], from: HubState = EMPTY_HUB): HubStep {
  let step: HubStep = { state: from, sends: [], reopen: false };
  for (const input of inputs) step = stepHub(step.state, input);
  return step;
}

const receivers = (step: HubStep, kind: ToTab["kind"]) =>
  step.sends.filter(({ message }) => message.kind === kind).map(({ tab }) => tab);

test("a tab receives the events of its windows, and the stream includes them as long as a tab watches them", () => {
  const joined = run([watchWindows(1, 3, 4), watchWindows(2, 4)]);
  assert.equal(windowsQuery(joined.state), "3,4");
  const windowUpdate: HubInput = {
    kind: "update",
    update: { jobId: null, windowId: 3, cursor: null, event: "window", data: {} },
    units: 10,
  };
  assert.deepEqual(receivers(run([windowUpdate], joined.state), "update"), [1]);
  assert.deepEqual(receivers(run([update(null, null, "health")], joined.state), "update"), [1, 2]);

  const left = run([watchWindows(1)], joined.state);
  assert.equal(left.reopen, false);
  assert.equal(windowsQuery(left.state), "4");
  assert.equal(run([watchWindows(1, 5)], left.state).reopen, true);
});

test("when a tab joins, the stream includes its job, and the tab receives the connection status", () => {
  const step = run([{ kind: "status", status: { phase: "open" } }, watch(1, [12, 100])]);

  assert.equal(step.reopen, true);
  assert.equal(jobsQuery(step.state), "12.0.100");
  assert.deepEqual(step.sends, [{ tab: 1, message: { kind: "status", status: { phase: "open" } } }]);
});

test("an update is sent to the tabs of its job, and an update of the overview to all tabs", () => {
  const { state } = run([watch(1, [12, 0]), watch(2, [13, 0]), watch(3, [12, 0]), watch(4)]);

  assert.deepEqual(receivers(stepHub(state, update(12, "1.5")), "update"), [1, 3]);
  assert.deepEqual(receivers(stepHub(state, update(null, null, "lanes")), "update"), [1, 2, 3, 4]);
});

test("the stream resumes after the last update that was received", () => {
  const { state } = run([watch(1, [12, 0], [13, 7]), update(12, "3.40"), update(12, "4.41")]);

  assert.equal(jobsQuery(state), "12.4.41,13.0.7");
});

test("a second tab of a job receives the lines that it lacks, and a tab that has more skips none", () => {
  const first = [watch(1, [12, 0]), update(12, "3.40")];

  assert.equal(jobsQuery(run([...first, watch(2, [12, 25])]).state), "12.3.25");
  assert.equal(jobsQuery(run([...first, watch(2, [12, 90])]).state), "12.3.40");
});

test("a tab that repeats its job neither moves the cursor nor reopens the stream", () => {
  const step = run([watch(1, [12, 0]), update(12, "3.40"), watch(1, [12, 10])]);

  assert.equal(step.reopen, false);
  assert.equal(jobsQuery(step.state), "12.3.40");
});

test("a tab that leaves does not affect the others", () => {
  const step = run([
    watch(1, [12, 0]),
    watch(2, [12, 0]),
    watch(3, [13, 0]),
    update(12, "2.9"),
    { kind: "leave", tab: 1 },
  ]);

  assert.equal(step.reopen, false);
  assert.deepEqual(step.sends, []);
  assert.equal(jobsQuery(step.state), "12.2.9,13.0.0");
  assert.deepEqual(receivers(stepHub(step.state, update(12, "2.10")), "update"), [2]);
});

test("a tab that leaves while an update for it is in flight does not affect others, in both orders", () => {
  const both = [watch(1, [12, 0]), watch(2, [12, 0])];
  const leave: HubInput = { kind: "leave", tab: 1 };
  const orders = [
    [update(12, "1.5"), leave],
    [leave, update(12, "1.5")],
  ];

  const ends = orders.map((order) => run([...both, ...order]).state);

  assert.deepEqual(ends.map(jobsQuery), ["12.1.5", "12.1.5"]);
  assert.deepEqual(
    ends.map(({ tabs }) => [...tabs]),
    [[...(ends[1]?.tabs ?? [])], [...(ends[0]?.tabs ?? [])]],
  );
});

test("a message of a tab that has left or was dropped does not add it again", () => {
  const { state } = run([
    watch(1, [12, 0]),
    { kind: "leave", tab: 1 },
    { kind: "acknowledge", tab: 1, units: 5 },
  ]);

  assert.equal(state.tabs.size, 0);
});

test("an ended job is no longer part of the stream", () => {
  const step = run([watch(1, [12, 0], [13, 0]), update(12, "9.80", "end")]);

  assert.deepEqual(receivers(step, "update"), [1]);
  assert.equal(jobsQuery(step.state), "13.0.0");
});

test("an unresponsive tab is dropped, and one that responds is not", () => {
  const ticks = Array.from({ length: MISSED_TICKS_MAX + 1 }, (): HubInput[] => [
    tick,
    { kind: "acknowledge", tab: 2, units: 0 },
  ]).flat();

  const step = run([watch(1, [12, 0]), watch(2, [13, 0]), ...ticks.slice(0, -1)]);

  assert.deepEqual(receivers(step, "dropped"), [1]);
  assert.equal(jobsQuery(step.state), "13.0.0");
});

test("a tab that processes nothing has a bounded backlog", () => {
  const half = UNACKNOWLEDGED_UNITS_MAX / 2 + 1;
  const flood = [update(12, "1.1", "output", half), update(12, "1.2", "output", half)];
  const keepsUp: HubInput = { kind: "acknowledge", tab: 2, units: half };

  const step = run([watch(1, [12, 0]), watch(2, [12, 0]), ...flood.slice(0, 1), keepsUp, ...flood.slice(1)]);

  assert.deepEqual(receivers(step, "dropped"), [1]);
  assert.deepEqual(
    step.sends.map(({ tab, message }) => [tab, message.kind]),
    [
      [1, "update"],
      [2, "update"],
      [1, "dropped"],
    ],
  );
});

const TAB = fc.integer({ min: 1, max: 4 });
const JOB = fc.integer({ min: 1, max: 2 });
const ACTION = fc.oneof(
  fc.record({ do: fc.constant("open" as const), tab: TAB, job: JOB }),
  fc.record({ do: fc.constant("close" as const), tab: TAB }),
  fc.record({ do: fc.constant("print" as const), job: JOB }),
  fc.record({ do: fc.constant("lose" as const) }),
);
type Action = typeof ACTION extends fc.Arbitrary<infer Value> ? Value : never;

/** A hub with its tabs, and a server that has lines of each job and sends them while the hub is connected. */
function createModel() {
  const stored = new Map<number, number>();
  const tabs = new Map<number, { job: number; line: number }>();
  let state = EMPTY_HUB;
  let isConnected = false;

  const lineOf = (job: number) => stored.get(job) ?? 0;

  const take = (input: HubInput) => {
    const step = stepHub(state, input);
    state = step.state;
    for (const { tab, message } of step.sends) {
      const page = tabs.get(tab);
      if (message.kind !== "update" || page === undefined || message.update.jobId !== page.job) continue;
      const line = Number(message.update.cursor?.split(".")[1]);
      assert.ok(line <= page.line + 1, `tab ${tab} has ${page.line} and is sent ${line}`);
      page.line = Math.max(page.line, line);
    }
    return step;
  };

  /** What the server does: for each job of the query, all lines after its cursor. */
  const reconnect = () => {
    isConnected = true;
    for (const entry of jobsQuery(state).split(",").filter(Boolean)) {
      const [job = 0, , from = 0] = entry.split(".").map(Number);
      for (let n = from + 1; n <= lineOf(job); n += 1) take(update(job, `0.${n}`));
    }
  };

  const perform = (action: Action) => {
    if (action.do === "open") {
      const line = lineOf(action.job);
      tabs.set(action.tab, { job: action.job, line });
      if (take(watch(action.tab, [action.job, line])).reopen) reconnect();
    } else if (action.do === "close") {
      tabs.delete(action.tab);
      take({ kind: "leave", tab: action.tab });
    } else if (action.do === "lose") {
      isConnected = false;
    } else {
      const line = lineOf(action.job) + 1;
      stored.set(action.job, line);
      const covered = jobsQuery(state).split(",");
      const isCovered = covered.some((entry) => entry.startsWith(`${action.job}.`));
      if (isConnected && isCovered) take(update(action.job, `0.${line}`));
    }
  };

  return { perform, reconnect, tabs, lineOf };
}

test("no tab misses a line of its job, whatever the order of events", () => {
  fc.assert(
    fc.property(fc.array(ACTION, { maxLength: 60 }), (actions) => {
      const model = createModel();
      for (const action of actions) model.perform(action);
      model.reconnect();
      for (const [tab, { job, line }] of model.tabs) assert.equal(line, model.lineOf(job), `tab ${tab}`);
    }),
  );
});
