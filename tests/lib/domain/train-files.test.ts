// What the files of the deployment host and its services say about the train.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  expandDblist,
  parseTask,
  parseWikiversions,
  type TrainSources,
  trainStateOf,
  versionsOnDisk,
} from "#lib/domain/train-files.ts";

const LISTS: Record<string, string> = {
  all: "aawiki\nbbwiki\nccwiki\ntestwiki\n",
  testwikis: "# The first to move\ntestwiki # the only one\n\n",
  group0: "%% testwikis + small.dblist\n",
  group1: "%% all - group0 - closed # the rest\n",
  small: "aawiki\n",
  closed: "ccwiki\n",
  both: "%%  /srv/staging/dblists/all.dblist & small + closed\n",
  loop: "%% all - loop\n",
  chain: "%% loop + nowhere\n",
  odd: "aawiki\n--yes\nAAwiki\naawiki\n",
};
const read = async (name: string) => LISTS[name];

const EXPANDED: readonly [name: string, wikis: string[], missing: string[]][] = [
  ["testwikis", ["testwiki"], []],
  ["group0", ["testwiki", "aawiki"], []],
  ["group1", ["bbwiki"], []],
  ["both", ["aawiki", "ccwiki"], []],
  ["odd", ["aawiki"], []],
  ["nowhere", [], ["nowhere"]],
  ["loop", ["aawiki", "bbwiki", "ccwiki", "testwiki"], ["loop"]],
  ["chain", ["aawiki", "bbwiki", "ccwiki", "testwiki"], ["loop", "nowhere"]],
];

for (const [name, wikis, missing] of EXPANDED) {
  test(`dblist ${name}: ${(LISTS[name] ?? "no such file").split("\n", 1)[0]}`, async () => {
    assert.deepEqual(await expandDblist(name, read), { wikis, missing });
  });
}

test("wikiversions: names that are no database name are left out, and so are values that are no text", () => {
  assert.deepEqual(
    parseWikiversions(
      '{"aawiki":"php-1.47.0-wmf.1","devwiki":"php-master","--yes":"php-1","bb":1,"__proto__":"x"}',
    ),
    { aawiki: "1.47.0-wmf.1", devwiki: "master" },
  );
  for (const text of ["", "[]", "null", '"text"', "{"]) assert.equal(parseWikiversions(text), undefined);
});

test("versions on disk: directories of a train, the oldest first", () => {
  const names = ["php-1.47.0-wmf.10", "php-1.47.0-wmf.9", "php-master", "php", "wmf-config"];
  assert.deepEqual(versionsOnDisk(names), ["1.47.0-wmf.9", "1.47.0-wmf.10"]);
});

test("a task in either form of the service", () => {
  const task = { task: "T371234", status: "open", version: "1.47.0-wmf.10", date: "2026-12-01" };
  const expected = { id: "T371234", status: "open", version: "1.47.0-wmf.10", date: "2026-12-01" };
  assert.deepEqual(parseTask(JSON.stringify(task)), expected);
  assert.deepEqual(parseTask(JSON.stringify({ current: task })), expected);
  assert.equal(parseTask(JSON.stringify({ ...task, task: "<script>" })), undefined);
  assert.equal(parseTask("<html>"), undefined);
});

const TASK = { task: "T371234", status: "progress", version: "1.47.0-wmf.10", date: "2026-12-01" };
const NOON = Date.parse("2026-12-01T12:00:00Z");

function someSources(changed: Partial<TrainSources> = {}): TrainSources {
  return {
    wikiversionsFile: "wikiversions.json",
    wikiversions: JSON.stringify({ testwiki: "php-1.47.0-wmf.10", aawiki: "php-1.47.0-wmf.9" }),
    directories: ["php-1.47.0-wmf.9", "php-1.47.0-wmf.10", "php-1.46.0-wmf.26"],
    dblists: {
      testwikis: { wikis: ["testwiki"], missing: [] },
      group0: { wikis: ["aawiki"], missing: [] },
      group1: { wikis: [], missing: [] },
      group2: { wikis: [], missing: [] },
    },
    task: { text: JSON.stringify(TASK) },
    branches: [
      "refs/heads/wmf/1.47.0-wmf.9",
      "refs/heads/wmf/1.47.0-wmf.10",
      "refs/heads/wmf/branch_cut_pretest",
    ],
    nowMs: NOON,
    ...changed,
  };
}

test("the version is that of the newest branch, the old one the newest other version on disk", () => {
  const { summary } = trainStateOf(someSources());
  assert.deepEqual(
    { version: summary.version, oldVersion: summary.oldVersion, station: summary.station },
    { version: "1.47.0-wmf.10", oldVersion: "1.47.0-wmf.9", station: "testwikis" },
  );
  assert.deepEqual(summary.warnings, []);
});

const taskWith = (changed: object): TrainSources["task"] => ({
  text: JSON.stringify({ ...TASK, ...changed }),
});

const WARNED: readonly [name: string, sources: Partial<TrainSources>, warning: RegExp][] = [
  ["a closed task", { task: taskWith({ status: "resolved" }) }, /T371234 is closed \(resolved\)/],
  ["a task of another version", { task: taskWith({ version: "1.47.0-wmf.9" }) }, /is 1\.47\.0-wmf\.10, but/],
  ["no response of the service", { task: { problem: "timeout" } }, /unavailable \(timeout\)\. scap will ask/],
  ["a response in another form", { task: { text: "[]" } }, /it sent no task/],
  [
    "no response of Gerrit",
    { branches: { problem: "timeout" } },
    /Gerrit is unavailable.*that of task T371234/,
  ],
  [
    "neither Gerrit nor a task",
    { branches: { problem: "timeout" }, task: undefined },
    /Gerrit is unavailable.*newest on the deployment host/,
  ],
  ["no branch of a train", { branches: ["refs/heads/master"] }, /no branch of a train/],
  ["no wikiversions", { wikiversions: undefined }, /wikiversions\.json is missing/],
  ["damaged wikiversions", { wikiversions: "{" }, /does not have the versions/],
  ["one version on disk", { directories: ["php-1.47.0-wmf.10"] }, /no version but 1\.47\.0-wmf\.10/],
  [
    "a missing dblist",
    { dblists: { ...someSources().dblists, group2: { wikis: [], missing: ["group2", "big"] } } },
    /Missing or circular dblists: group2, big/,
  ],
  [
    "a wiki without a version",
    { dblists: { ...someSources().dblists, group0: { wikis: ["aawiki", "zzwiki"], missing: [] } } },
    /Wikis of group0 without a version: zzwiki/,
  ],
];

for (const [name, sources, warning] of WARNED) {
  test(`${name} is a warning, not a failure`, () => {
    const { warnings } = trainStateOf(someSources(sources)).summary;
    assert.ok(
      warnings.some((text) => warning.test(text)),
      warnings.join("\n"),
    );
  });
}

test("before the branch of the week is cut, the task may be about the next version", () => {
  const early = { task: taskWith({ version: "1.47.0-wmf.11" }), nowMs: Date.parse("2026-12-01T02:59:00Z") };
  assert.deepEqual(trainStateOf(someSources(early)).summary.warnings, []);
  const late = { ...early, nowMs: Date.parse("2026-12-01T03:00:00Z") };
  assert.equal(trainStateOf(someSources(late)).summary.warnings.length, 1);
});
