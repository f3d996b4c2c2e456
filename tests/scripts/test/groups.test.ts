import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { test } from "node:test";
import { ROOT } from "../../../scripts/root.ts";
import { GROUPS, selectTests, testFiles } from "../../../scripts/test/groups.ts";

const UNIT_FILE = "tests/readme.test.ts";
const DATABASE_FILE = "tests/lib/migrate/migrate.test.ts";

function selected(...args: string[]): Record<string, readonly string[]> {
  return Object.fromEntries([...selectTests(args)].map(([group, files]) => [group.name, files]));
}

function filesOf(name: string): string[] {
  return GROUPS.filter((group) => group.name === name).flatMap(testFiles);
}

test("without arguments everything is run", () => {
  assert.deepEqual(
    Object.keys(selected()),
    GROUPS.map(({ name }) => name),
  );
});

test("every test file belongs to exactly one group", () => {
  const files = GROUPS.flatMap(testFiles).toSorted();

  assert.deepEqual(files, globSync("tests/**/*.test.ts", { cwd: ROOT }).toSorted());
});

test("a file is run alone, in its group", () => {
  assert.deepEqual(selected(UNIT_FILE, DATABASE_FILE), { database: [DATABASE_FILE], unit: [UNIT_FILE] });
});

test("a group that is named is run as a whole, whatever files are named besides", () => {
  assert.deepEqual(selected("unit", UNIT_FILE, DATABASE_FILE), {
    database: [DATABASE_FILE],
    unit: filesOf("unit"),
  });
});

test("what is unknown is refused by its name, with what there is", () => {
  assert.throws(
    () => selectTests(["unit", "units", "tests/none.test.ts", "--verbose"]),
    /^Error: unknown: units, tests\/none\.test\.ts, --verbose\. Name test files or groups: browser, /,
  );
});
