// OPERATIONS_FILE in a process that runs: real files, swapped in the ways that editors and deployment tools do it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { ConfigError } from "#lib/config.ts";
import type { Log } from "#lib/log.ts";
import { openSiteOperations } from "#lib/operations/site-operations.ts";

const directory = mkdtempSync(path.join(os.tmpdir(), "operations-"));
after(() => rmSync(directory, { recursive: true }));
let files = 0;
const newPath = () => path.join(directory, `operations-${(files += 1)}.yaml`);

function entry(kind: string, description = "A test."): string {
  return `  ${kind}:
    { name: ${kind}, description: ${description}, command: [${kind}], confirmation: Really?, evidence: exit_code, completedLabel: Done }
`;
}
const fileOf = (...kinds: string[]) => `operations:\n${kinds.map((kind) => entry(kind)).join("")}`;

function open(content: string, required: string[] = []) {
  const file = newPath();
  writeFileSync(file, content);
  const logged: string[] = [];
  const write = (level: string) => (message: string) => void logged.push(`${level} ${message}`);
  const log: Log = { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
  const operations = openSiteOperations(file, { log, required });
  const kinds = () =>
    operations
      .list()
      .map(({ kind }) => kind)
      .slice(3);
  return { file, operations, kinds, logged };
}

test("an operation that is added to the file exists at its next use, however the file was replaced", () => {
  const { file, operations, kinds, logged } = open(fileOf("one"));
  assert.deepEqual([kinds(), logged], [["one"], []]);

  writeFileSync(file, fileOf("one", "two"));
  assert.equal(operations.find("two")?.name, "two", "written in place");

  const next = newPath();
  writeFileSync(next, fileOf("three"));
  renameSync(next, file);
  assert.deepEqual([kinds(), operations.find("two")], [["three"], undefined], "renamed over the file");

  const times = new Date("2026-01-01T00:00:00Z");
  utimesSync(file, times, times);
  writeFileSync(file, fileOf("seven"));
  utimesSync(file, times, times);
  assert.deepEqual(kinds(), ["seven"], "same size, same times");

  rmSync(file);
  for (const version of ["v1", "v2"]) {
    mkdirSync(path.join(directory, version));
    writeFileSync(path.join(directory, version, "file"), fileOf(version));
    symlinkSync(path.join(directory, version, "file"), next);
    renameSync(next, file);
    assert.deepEqual(kinds(), [version], "a link that is switched to another directory");
  }
  assert.ok(logged.every((line) => line.startsWith("info ")));
});

test("while the file has a mistake, its last valid version is in effect, and each mistake is logged once with its line", () => {
  const { file, operations, kinds, logged } = open(fileOf("one"));
  writeFileSync(file, `${fileOf("one", "two")}    oops: true\n`);
  for (let use = 0; use < 3; use += 1) assert.deepEqual(kinds(), ["one"]);
  assert.match(operations.problems()[0] ?? "", new RegExp(`^OPERATIONS_FILE: ${file}:6: `));
  const mistake = "error web: OPERATIONS_FILE has mistakes; its last valid version stays in effect";
  assert.deepEqual(logged, [mistake]);

  rmSync(file);
  assert.deepEqual(kinds(), ["one"]);
  assert.match(operations.problems()[0] ?? "", /cannot be read: ENOENT/);
  execFileSync("mkfifo", [file]);
  assert.deepEqual(kinds(), ["one"]);
  assert.match(operations.problems()[0] ?? "", /is not a file/);
  rmSync(file);
  writeFileSync(file, " ".repeat(70_000));
  assert.match(operations.problems()[0] ?? "", /is larger than 64 KiB/);

  writeFileSync(file, fileOf("one"));
  assert.deepEqual([kinds(), operations.problems()], [["one"], []]);
  assert.equal(logged.at(-1), "info web: OPERATIONS_FILE was read again");
});

test("an operation that the policy names is not removed from a running process, which could not start again", () => {
  const { file, operations, kinds } = open(fileOf("one", "two"), ["backport", "two"]);
  writeFileSync(file, fileOf("one"));
  assert.deepEqual(kinds(), ["one", "two"]);
  assert.match(operations.problems()[0] ?? "", /POLICY_FILE names the operation two, which is not here/);
});

test("a process does not start with a file that has a mistake", () => {
  assert.throws(() => open("operations: 7"), ConfigError);
});
