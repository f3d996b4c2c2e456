import assert from "node:assert/strict";
import { test } from "node:test";
import { readArguments } from "../../../scripts/test/arguments.ts";
import { GROUPS, testFiles } from "../../../scripts/test/groups.ts";

const UNIT_FILE = "tests/readme.test.ts";
const DATABASE_FILE = "tests/lib/migrate/migrate.test.ts";

function filesOf(name: string): string[] {
  const group = GROUPS.find((candidate) => candidate.name === name);
  return group === undefined || group.kind === "check" ? [] : testFiles(group);
}

test("without a word every group is run, with all its files", () => {
  const { groups } = readArguments(["--verbose"]);

  assert.deepEqual(groups, new Map(GROUPS.map(({ name }) => [name, filesOf(name)])));
});

test("a file is run alone, in its group", () => {
  assert.deepEqual(
    [...readArguments([UNIT_FILE, DATABASE_FILE]).groups],
    [
      ["unit", [UNIT_FILE]],
      ["database", [DATABASE_FILE]],
    ],
  );
});

test("a group that is named is run as a whole, whatever files are named besides", () => {
  assert.deepEqual(
    [...readArguments(["unit", UNIT_FILE, DATABASE_FILE]).groups],
    [
      ["unit", filesOf("unit")],
      ["database", [DATABASE_FILE]],
    ],
  );
});

test("what is not known is refused by its name, with what there is", () => {
  assert.throws(
    () => readArguments(["unit", "units", "tests/none.test.ts", "--verbos"]),
    /^Error: unknown: --verbos, units, tests\/none\.test\.ts\. There are the groups types, .*--list\.$/,
  );
});
