// What is said before a deployment is queued, over combinations of facts.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Dependency } from "#lib/domain/change-dependency.ts";
import {
  type ChangeFacts,
  type ChangeJob,
  FINDING_LEVELS,
  type Label,
  preflight,
  type SelectedChange,
} from "#lib/domain/preflight.ts";
import { CLEAN_FACTS } from "./change-facts.ts";

const UNKNOWN: ChangeFacts = {
  status: null,
  isWorkInProgress: null,
  labels: null,
  isMergeable: null,
  dependencies: null,
  unresolvedDependencies: null,
  jobs: [],
};

function aChange(number: number, facts: Partial<ChangeFacts> = {}, branch = "master"): SelectedChange {
  return { number, project: "operations/mediawiki-config", branch, facts: { ...CLEAN_FACTS, ...facts } };
}

function aLabel(name: string, ...values: number[]): Label {
  return { name, min: -2, max: 2, votes: values.map((value) => ({ value, by: `voter ${value}` })) };
}

function aDependency(number: number, facts: Partial<Dependency> = {}): Dependency {
  return { kind: "parent", number, project: "p", branch: "master", subject: "S", status: "NEW", ...facts };
}

const BACKPORT = { kind: "backport", operation: { completedLabel: "Deployed" } };
const DONE: ChangeJob = { ...BACKPORT, id: 7, state: "succeeded", outcome: "completed" };
const RUNNING: ChangeJob = { ...BACKPORT, id: 8, state: "running", outcome: null };
const ROLLED_BACK: ChangeJob = { ...BACKPORT, id: 9, state: "failed", outcome: "rolled_back" };
const DECLINED: ChangeJob = { ...BACKPORT, id: 10, state: "cancelled", outcome: "declined" };

/** "block kind" or "warning kind" of each finding. */
function found(...changes: SelectedChange[]): string[] {
  const { blocks, warnings } = preflight(changes);
  for (const { kind } of blocks) assert.equal(FINDING_LEVELS[kind], "block");
  return [...blocks.map(({ kind }) => `block ${kind}`), ...warnings.map(({ kind }) => `warning ${kind}`)];
}

const SINGLE: readonly (readonly [name: string, facts: Partial<ChangeFacts>, expected: string[]])[] = [
  ["a reviewed, tested change", { labels: [aLabel("Code-Review", 1), aLabel("Verified", 2)] }, []],
  ["no votes at all", { labels: [aLabel("Code-Review"), aLabel("Verified")] }, []],
  ["an abandoned change", { status: "ABANDONED" }, ["block abandoned"]],
  ["work in progress", { isWorkInProgress: true }, ["block work_in_progress"]],
  ["a conflict with its branch", { isMergeable: false }, ["block merge_conflict"]],
  ["Code-Review -2, whatever the others say", { labels: [aLabel("Code-Review", 2, -2)] }, ["block veto"]],
  ["Code-Review -1", { labels: [aLabel("Code-Review", 1, -1)] }, ["warning negative_review"]],
  ["failed tests", { labels: [aLabel("Verified", -1)] }, ["warning ci_failed"]],
  ["another label", { labels: [aLabel("Priority", -2)] }, []],
  ["a merged change", { status: "MERGED", isMergeable: null }, ["warning merged"]],
  ["a merged change that was deployed", { status: "MERGED", jobs: [DONE] }, ["warning deployed_before"]],
  ["a change in a running job", { jobs: [RUNNING, DONE] }, ["warning in_progress"]],
  ["a rollback after a deployment", { jobs: [ROLLED_BACK, DONE] }, ["warning rolled_back_before"]],
  [
    "a merged change that was reverted",
    { status: "MERGED", jobs: [{ ...DONE, kind: "revert" }, DONE] },
    ["warning reverted_before"],
  ],
  [
    "a rolled back revert, which leaves the change deployed",
    { status: "MERGED", jobs: [{ ...ROLLED_BACK, kind: "revert" }, DONE] },
    ["warning deployed_before"],
  ],
  ["a deployment after a rollback", { jobs: [DONE, ROLLED_BACK] }, ["warning deployed_before"]],
  ["an attempt that deployed nothing", { jobs: [DECLINED] }, []],
  ["an unmerged parent", { dependencies: [aDependency(2)] }, ["block missing_dependency"]],
  ["a merged parent", { dependencies: [aDependency(2, { status: "MERGED" })] }, []],
  [
    "an abandoned parent",
    { dependencies: [aDependency(2, { status: "ABANDONED" })] },
    ["warning abandoned_dependency"],
  ],
  [
    "an unmerged Depends-On in its branch",
    { dependencies: [aDependency(2, { kind: "depends_on" })] },
    ["block missing_dependency"],
  ],
  [
    "an unmerged Depends-On in another branch",
    { dependencies: [aDependency(2, { kind: "depends_on", branch: "wmf/1" })] },
    ["warning missing_elsewhere"],
  ],
  ["a Depends-On of nothing", { unresolvedDependencies: ["I1"] }, ["warning unresolved_dependency"]],
  ["nothing is known", UNKNOWN, []],
  ["only the jobs are known", { ...UNKNOWN, jobs: [RUNNING] }, ["warning in_progress"]],
];

for (const [name, facts, expected] of SINGLE) {
  test(`of one change, ${name}: ${expected.join(", ") || "nothing is said"}`, () => {
    assert.deepEqual(found(aChange(1, facts)), expected);
  });
}

test("facts that have not arrived yield no finding", () => {
  assert.deepEqual(found({ ...aChange(1), facts: undefined }), []);
});

test("a dependency that is selected as well is not missing, in either order", () => {
  const dependent = aChange(2, { dependencies: [aDependency(1)] });
  assert.deepEqual(found(aChange(1), dependent), []);
  assert.deepEqual(found(dependent, aChange(1)), []);
});

test("each missing change of a chain is named, nearest first", () => {
  const { blocks } = preflight([aChange(3, { dependencies: [aDependency(2), aDependency(1)] })]);
  assert.deepEqual(
    blocks.map((finding) => "dependency" in finding && finding.dependency.number),
    [2, 1],
  );
});

test("changes that depend on each other are a circle, which is named once", () => {
  const one = aChange(1, { dependencies: [aDependency(2, { kind: "depends_on" })] });
  const two = aChange(2, { dependencies: [aDependency(1, { kind: "depends_on" })] });
  assert.deepEqual(found(one, two, aChange(3)), ["block dependency_cycle"]);
});

test("two changes that share a dependency are no circle", () => {
  const base = aChange(1);
  const [left, right] = [2, 3].map((number) => aChange(number, { dependencies: [aDependency(1)] }));
  const top = aChange(4, { dependencies: [aDependency(2), aDependency(3), aDependency(1)] });
  assert.ok(left !== undefined && right !== undefined);
  assert.deepEqual(found(top, left, right, base), []);
});

test("a change of MediaWiki outside of a deployed branch is probably not its cherry-pick", () => {
  const of = (project: string, branch: string) => ({ ...aChange(1, {}, branch), project });
  assert.deepEqual(found(of("mediawiki/extensions/Echo", "master")), ["warning unusual_branch"]);
  assert.deepEqual(found(of("mediawiki/core", "wmf/1.45.0-wmf.3")), []);
  assert.deepEqual(found(of("operations/mediawiki-config", "master")), []);
});

test("blocks and warnings of several changes keep the order of the changes", () => {
  const { blocks, warnings } = preflight([
    aChange(5, { isMergeable: false, labels: [aLabel("Verified", -1)] }),
    aChange(4, { isWorkInProgress: true, jobs: [DONE] }),
  ]);
  assert.deepEqual(
    blocks.map(({ change }) => change),
    [5, 4],
  );
  assert.deepEqual(
    warnings.map(({ change }) => change),
    [5, 4],
  );
});
