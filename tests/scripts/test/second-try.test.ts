import assert from "node:assert/strict";
import { test } from "node:test";
import { GROUPS } from "../../../scripts/test/groups.ts";
import { chooseSecondTry, inOneLine, type Shown } from "../../../scripts/test/second-try.ts";

const [, , , , , unit, database] = GROUPS;

function shown(failed: number, failedFiles: string[] = [], group = unit, faults: string[] = []): Shown {
  assert.ok(group);
  return { group, counts: { passed: 10, failed, skipped: 0 }, faults, failedFiles };
}

test("the only test that failed in CI is tried again, by its file and in its group", () => {
  const run = [shown(0), shown(1, ["tests/a.test.ts"], database), shown(0)];

  assert.deepEqual(chooseSecondTry(run, { isCi: true }), { group: database, file: "tests/a.test.ts" });
});

test("nobody else gets a second try", () => {
  assert.equal(chooseSecondTry([shown(1, ["tests/a.test.ts"])], { isCi: false }), undefined);
});

test("what failed twice, stood still, or is no test stands as it is", () => {
  const runs = {
    "nothing failed": [shown(0)],
    "two tests of a file": [shown(2, ["tests/a.test.ts"])],
    "two files": [shown(2, ["tests/a.test.ts", "tests/b.test.ts"])],
    "two groups": [shown(1, ["tests/a.test.ts"]), shown(1, ["tests/db/b.test.ts"], database)],
    "one that stood still": [shown(1, ["tests/a.test.ts"], unit, ["killed"])],
    "a check": [shown(1, [], GROUPS[0])],
  };

  for (const [name, run] of Object.entries(runs))
    assert.equal(chooseSecondTry(run, { isCi: true }), undefined, name);
});

test("the last line counts, and names a test that is unsteady", () => {
  const run = [shown(0), shown(1, ["tests/a.test.ts"])];

  assert.equal(inOneLine(run, undefined), "20 passed, 1 failed");
  assert.match(inOneLine(run, "tests/a.test.ts"), /^20 passed, 0 failed, 1 unsteady: .*tests\/a\.test\.ts$/);
});
