import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ENDED_JOBS_MAX,
  homeSections,
  isOutdated,
  lanesAt,
  reduceOverview,
  withAnsweredInteraction,
  type OverviewState,
} from "../../../app/client/overview-state.ts";
import { queueMoves } from "../../../app/features/home/queue-moves.ts";
import { answeredBy, aQuestion, aSummary, AT } from "../wire-samples.ts";

const empty: OverviewState = {
  jobs: [],
  queuedCount: 0,
  lanes: [{ name: "mediawiki", heldBy: null, host: null, freeze: null }],
  hosts: [],
  health: null,
  errors: null,
  train: null,
};

test("a job moves through the sections of the page as its state changes, and is in one at a time", () => {
  const steps = [
    ["queued", aSummary({ state: "queued", startedAt: null })],
    ["live", aSummary()],
    ["live", aSummary({ state: "waiting", pendingInteraction: aQuestion() })],
    ["ended", aSummary({ state: "succeeded", outcome: "completed", finishedAt: AT })],
  ] as const;
  let state = empty;

  for (const [where, job] of steps) {
    state = reduceOverview(state, { event: "job", data: job });
    const counts = Object.entries(homeSections(state.jobs, [])).map(([name, jobs]) => [name, jobs.length]);
    assert.deepEqual(
      counts.filter(([, count]) => count !== 0),
      [[where, 1]],
    );
  }
});

test("queued jobs are in the order of the queue, ended jobs newest first", () => {
  const state = reduceOverview(empty, {
    event: "overview",
    data: {
      jobs: [
        aSummary({ id: 3, state: "queued", startedAt: null }),
        aSummary({ id: 5, state: "queued", startedAt: null }),
        aSummary({ id: 1, state: "failed", outcome: "rolled_back", finishedAt: AT }),
        aSummary({ id: 2, state: "succeeded", outcome: "completed", finishedAt: AT }),
      ],
      queuedCount: 2,
      lanes: [],
    },
  });

  const sections = homeSections(state.jobs, []);
  assert.deepEqual(
    sections.queued.map(({ job }) => job.id),
    [3, 5],
  );
  assert.deepEqual(
    sections.ended.map((job) => job.id),
    [2, 1],
  );
});

test("queued jobs are in the order of their ranks, and the buttons of each row move it past its neighbour", () => {
  const queuedJob = (id: number, queueRank: number, lane = "mediawiki") =>
    aSummary({ id, queueRank, lane, state: "queued", startedAt: null });
  const { queued } = homeSections(
    [queuedJob(5, 1), queuedJob(4, 3), queuedJob(3, 2), queuedJob(2, 9, "train")],
    [],
  );
  const inLane = queued.filter(({ job }) => job.lane === "mediawiki");

  assert.deepEqual(
    inLane.map(({ job, blockedBy }) => [job.id, blockedBy]),
    [
      [5, undefined],
      [3, 5],
      [4, 3],
    ],
  );
  assert.deepEqual(queueMoves(queued, 5, true), { up: undefined, down: { jobId: 5, before: 4 } });
  assert.deepEqual(queueMoves(queued, 3, true), {
    up: { jobId: 3, before: 5 },
    down: { jobId: 3, before: null },
  });
  assert.equal(queueMoves(queued, 4, true).down, undefined);
  assert.equal(queueMoves(queued, 3, false).down, undefined, "the job after the next one is not known");
});

test("a held job blocks no other: it comes last and has no position", () => {
  const held = { at: AT, reason: "The account of alice was disabled." };
  const jobs = [
    aSummary({ id: 5, state: "queued", startedAt: null }),
    aSummary({ id: 4, state: "queued", startedAt: null, held }),
    aSummary({ id: 3, state: "queued", startedAt: null }),
  ];

  assert.deepEqual(
    homeSections(jobs, []).queued.map(({ job, position, blockedBy }) => [job.id, position, blockedBy]),
    [
      [3, 1, undefined],
      [5, 2, 3],
      [4, undefined, undefined],
    ],
  );
});

test("a late event does not show the question of an ended job again", () => {
  const ended = reduceOverview(empty, {
    event: "job",
    data: aSummary({ state: "failed", outcome: "killed", finishedAt: AT }),
  });

  const late = reduceOverview(ended, {
    event: "job",
    data: aSummary({ state: "waiting", pendingInteraction: aQuestion() }),
  });

  assert.equal(late, ended);
});

test("events of jobs do not change lanes, only events of lanes do", () => {
  const held = { name: "mediawiki", heldBy: 12, host: null, freeze: null };

  const running = reduceOverview(empty, { event: "job", data: aSummary() });
  const updated = reduceOverview(running, { event: "lanes", data: { lanes: [held] } });

  assert.deepEqual(running.lanes, empty.lanes);
  assert.deepEqual(updated.lanes, [held]);
});

test("a page that stays open for months does not grow: old ended jobs are dropped, live ones stay", () => {
  let state = reduceOverview(empty, { event: "job", data: aSummary({ id: 1 }) });
  for (let id = 2; id < ENDED_JOBS_MAX + 40; id += 1) {
    const data = aSummary({ id, state: "succeeded", outcome: "completed", finishedAt: AT });
    state = reduceOverview(state, { event: "job", data });
  }

  assert.equal(state.jobs.length, ENDED_JOBS_MAX + 1);
  assert.equal(homeSections(state.jobs, []).live[0]?.id, 1);
});

test("the response to an own answer removes the question before the event of the stream arrives", () => {
  const asked = reduceOverview(empty, {
    event: "job",
    data: aSummary({ state: "waiting", pendingInteraction: aQuestion() }),
  });

  const answered = withAnsweredInteraction(asked, aQuestion(answeredBy("ada", "accepted")));

  assert.equal(homeSections(answered.jobs, []).live[0]?.pendingInteraction, null);
  assert.deepEqual(withAnsweredInteraction(asked, aQuestion()), asked);
});

test("the position of a queued job and what blocks it follow from the other jobs of its lane", () => {
  const queued = (id: number, lane: string) => aSummary({ id, lane, state: "queued", startedAt: null });
  const state = reduceOverview(empty, {
    event: "overview",
    data: {
      jobs: [aSummary({ id: 1, lane: "a" }), queued(2, "a"), queued(3, "b"), queued(4, "a"), queued(5, "b")],
      queuedCount: 4,
      lanes: [],
    },
  });
  const lanes = [
    { name: "a", heldBy: 1, host: null, freeze: null },
    { name: "b", heldBy: null, host: null, freeze: null },
  ];

  assert.deepEqual(
    homeSections(state.jobs, lanes).queued.map(({ job, position, blockedBy }) => [
      job.id,
      position,
      blockedBy,
    ]),
    [
      [2, 1, 1],
      [3, 1, undefined],
      [4, 2, 1],
      [5, 2, 3],
    ],
  );
});

test("a page is outdated once the server reports another version, and keeps its state when an unknown event arrives", () => {
  const health = { status: "ok", database: "ok", workers: 1, version: "1.0.0" } as const;
  const rendered = { ...empty, health };
  const after = (version: string, status: "ok" | "degraded" = "ok") =>
    reduceOverview(rendered, { event: "health", data: { ...health, status, version } });
  assert.equal(isOutdated(rendered, after("1.0.0", "degraded")), false);
  assert.equal(isOutdated(rendered, after("1.1.0")), true);
  assert.equal(isOutdated(empty, after("1.1.0")), false, "the version of the page is unknown");

  const unknown = { event: "weather", data: {} } as unknown as Parameters<typeof reduceOverview>[1];
  assert.equal(reduceOverview(rendered, unknown), rendered);
});

test("a freeze is in force until its end, also while no event has said that it is over", () => {
  const until = "2026-12-01T10:00:00Z";
  const freeze = { reason: "Holidays", frozenBy: "admin", frozenAt: "2026-11-30T10:00:00Z", until };
  const lane = { name: "mediawiki", heldBy: 12, host: null, freeze };
  assert.deepEqual(lanesAt([lane], Date.parse(until) - 1), [lane]);
  assert.deepEqual(lanesAt([lane], Date.parse(until)), [{ ...lane, freeze: null }]);
  const endless = { ...lane, freeze: { ...freeze, until: null } };
  assert.deepEqual(lanesAt([endless], Infinity), [endless]);
});
