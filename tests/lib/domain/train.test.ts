// Where the train is, and what promotions and rollbacks move, over states of a small site.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  compareVersions,
  planMove,
  type StationOrStart,
  trainState,
  type TrainAction,
  type TrainState,
} from "#lib/domain/train.ts";

const OLD = "1.47.0-wmf.9";
const NEW = "1.47.0-wmf.10";
const GROUPS = {
  testwikis: ["testwiki"],
  group0: ["mediawikiwiki", "testwiki"],
  group1: ["cawiki", "hewiki", "itwiki"],
  group2: ["dewiki", "enwiki"],
};

/** @param onNew the wikis that run the version of the train. */
function aState(onNew: readonly string[], other: Record<string, string> = {}): TrainState {
  const names = [...new Set(Object.values(GROUPS).flat())];
  const versions = Object.fromEntries(names.map((name) => [name, onNew.includes(name) ? NEW : OLD]));
  return trainState({
    version: NEW,
    oldVersion: OLD,
    task: null,
    warnings: [],
    wikis: { versions: { ...versions, ...other }, groups: GROUPS },
  });
}

const AT: Record<StationOrStart, string[]> = {
  start: [],
  testwikis: ["testwiki"],
  group0: ["testwiki", "mediawikiwiki"],
  group1: ["testwiki", "mediawikiwiki", ...GROUPS.group1],
  group2: ["testwiki", "mediawikiwiki", ...GROUPS.group1, ...GROUPS.group2],
};

test("the train is at the last group that runs only its version", () => {
  for (const [station, onNew] of Object.entries(AT)) {
    assert.equal(aState(onNew).summary.station, station);
  }
  const partly = aState(["testwiki", "mediawikiwiki", "cawiki"]);
  assert.equal(partly.summary.station, "group0");
  assert.deepEqual(partly.summary.stations[2]?.versions, [
    { version: NEW, wikis: 1 },
    { version: OLD, wikis: 2 },
  ]);
});

function move(at: StationOrStart, action: TrainAction, station: StationOrStart, ...excludedWikis: string[]) {
  return planMove(aState(AT[at]), { action, station, excludedWikis });
}

test("a promotion moves the groups up to its station, each wiki once", () => {
  assert.deepEqual(move("start", "promote", "group0"), {
    wikis: 2,
    moves: [{ from: OLD, to: NEW, wikis: 2 }],
  });
  assert.deepEqual(move("group0", "promote", "group2"), {
    wikis: 5,
    moves: [{ from: OLD, to: NEW, wikis: 5 }],
  });
});

test("an excluded wiki keeps its version", () => {
  assert.deepEqual(move("group0", "promote", "group1", "hewiki"), {
    wikis: 2,
    moves: [{ from: OLD, to: NEW, wikis: 2 }],
  });
});

test("a rollback moves the groups after its station, all of them from the start", () => {
  assert.deepEqual(move("group1", "rollback", "group0"), {
    wikis: 3,
    moves: [{ from: NEW, to: OLD, wikis: 3 }],
  });
  assert.deepEqual(move("group2", "rollback", "start"), {
    wikis: 7,
    moves: [{ from: NEW, to: OLD, wikis: 7 }],
  });
});

test("a promotion that excluded a wiki can be rolled back to the station where the train still is", () => {
  const state = aState([...AT.group0, "cawiki", "itwiki"]);
  assert.deepEqual(planMove(state, { action: "rollback", station: "group0", excludedWikis: [] }), {
    wikis: 2,
    moves: [{ from: NEW, to: OLD, wikis: 2 }],
  });
});

test("wikis with a third version move as well, and are counted by themselves", () => {
  const state = aState(AT.testwikis, { enwiki: "1.47.0-wmf.7", aawiki: "1.47.0-wmf.7" });
  assert.deepEqual(planMove(state, { action: "promote", station: "group0", excludedWikis: [] }), {
    wikis: 3,
    moves: [
      { from: "1.47.0-wmf.7", to: OLD, wikis: 2 },
      { from: OLD, to: NEW, wikis: 1 },
    ],
  });
});

const REFUSED: readonly [name: string, plan: ReturnType<typeof move>, field: string, detail: RegExp][] = [
  ["a promotion to a station behind", move("group1", "promote", "group0"), "station", /at group1/],
  ["a promotion to the station where the train is", move("group0", "promote", "group0"), "station", /later/],
  ["a promotion to the start", move("start", "promote", "start"), "station", /later/],
  ["a rollback to a station ahead", move("group0", "rollback", "group1"), "station", /not go to a later/],
  ["a rollback that changes nothing", move("group0", "rollback", "group0"), "station", /No wiki/],
  ["a rollback that excludes wikis", move("group1", "rollback", "start", "cawiki"), "excludedWikis", /all/],
  ["a misspelled wiki", move("group0", "promote", "group1", "cawikii"), "excludedWikis", /cawikii: not in/],
  ["a wiki of a later group", move("start", "promote", "group0", "enwiki"), "excludedWikis", /not in/],
  ["a wiki that was promoted", move("group0", "promote", "group1", "testwiki"), "excludedWikis", /already/],
  ["nothing but excluded wikis", move("start", "promote", "testwikis", "testwiki"), "station", /No wiki/],
];

for (const [name, plan, field, detail] of REFUSED) {
  test(`${name} is refused`, () => {
    assert.ok("field" in plan);
    assert.equal(plan.field, field);
    assert.match(plan.detail, detail);
  });
}

test("no move without both versions", () => {
  const state = aState([]);
  const unknown = { ...state, summary: { ...state.summary, oldVersion: null } };
  assert.deepEqual(planMove(unknown, { action: "promote", station: "testwikis", excludedWikis: [] }), {
    field: "version",
    detail: "The old version is unknown.",
  });
});

test("versions are compared by their numbers", () => {
  assert.deepEqual([NEW, "master", OLD, "1.46.0-wmf.26"].toSorted(compareVersions), [
    "master",
    "1.46.0-wmf.26",
    OLD,
    NEW,
  ]);
});
