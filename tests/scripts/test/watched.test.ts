import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { environment } from "../../../scripts/root.ts";
import { nodeTestArguments, runWatched, type Watched } from "../../../scripts/test/watched.ts";
import { parentOf } from "../../support/processes.ts";
import { until } from "../../support/until.ts";

const scratch = mkdtempSync(join(tmpdir(), "watched-test-"));
after(() => rmSync(scratch, { recursive: true, force: true }));

const HEAD = `import { test, describe, it } from "node:test";\n`;

async function runTests(
  name: string,
  body: string,
  {
    progressTimeoutMs = 120_000,
    env = {},
  }: { progressTimeoutMs?: number; env?: Record<string, string> } = {},
): Promise<Watched & { output: string }> {
  const file = join(scratch, `${name}.test.mjs`);
  const log = join(scratch, `${name}.log`);
  writeFileSync(file, HEAD + body);
  const watched = await runWatched({
    name,
    args: nodeTestArguments(file),
    // This file is itself run by a runner, whose context must not leak into the one under test.
    env: environment({ NODE_TEST_CONTEXT: undefined, ...env }),
    log,
    progressTimeoutMs,
  });
  return { ...watched, output: readFileSync(log, "utf8") };
}

/** A machine that is idle at this moment may be busy at the next. */
const PROGRESS_TIMEOUT_MS_MIN = 5000;

/** Many times what a file takes to get through its tests, on this machine and at this moment. */
async function progressTimeoutHere(): Promise<number> {
  const begun = performance.now();
  await runTests("quick", `test("good", () => {});`);
  return Math.max(PROGRESS_TIMEOUT_MS_MIN, Math.ceil((10 * (performance.now() - begun)) / 100) * 100);
}

test("passed, failed and skipped tests are counted and the output is kept", async () => {
  const { counts, errors, output } = await runTests(
    "mixed",
    `test("good", () => console.log("from the test"));
     test("bad", () => { throw new Error("broken promise"); });
     test("later", { skip: true }, () => {});
     test("some day", { todo: true }, () => { throw new Error("not yet"); });
     describe("suite", () => { it("inner", async (t) => { await t.test("step", () => {}); }); });`,
  );

  assert.deepEqual(counts, { passed: 2, failed: 1, skipped: 2 });
  assert.deepEqual(errors, []);
  assert.match(output, /from the test/);
  assert.match(output, /broken promise/);
});

test("a file that cannot be loaded has failed, by name", async () => {
  const { counts, errors } = await runTests("unloadable", `import "./nowhere.mjs";`);

  assert.deepEqual(counts, { passed: 0, failed: 1, skipped: 0 });
  assert.deepEqual(errors, ["unloadable: ended with 1"]);
});

test("a file whose process is killed has failed, and what it had passed counts", async () => {
  const { counts, errors } = await runTests(
    "killed",
    `test("good", () => {});
     test("deadly", () => new Promise(() => setTimeout(() => process.kill(process.pid, "SIGKILL"), 200)));`,
  );

  assert.deepEqual(counts, { passed: 1, failed: 1, skipped: 0 });
  assert.deepEqual(errors, ["killed: ended with SIGKILL"]);
});

test("a test that hangs is killed with what it started, and named", async () => {
  const progressTimeoutMs = await progressTimeoutHere();
  const { counts, errors, output } = await runTests(
    "hangs",
    `import { spawn } from "node:child_process";
     test("good", () => {});
     test("endless", async () => {
       const child = spawn("sleep", ["60"]);
       console.log("child", child.pid);
       await new Promise(() => setInterval(() => {}, 1000));
     });`,
    { progressTimeoutMs },
  );

  assert.deepEqual(counts, { passed: 1, failed: 1, skipped: 0 });
  assert.deepEqual(errors, [`hangs: killed, no progress for ${progressTimeoutMs / 1000} s, in "endless"`]);
  const pid = Number(/child (\d+)/.exec(output)?.[1]);
  await until("its child to end", () => parentOf(pid) === 0);
});

test("a file that keeps something open after its last test is killed soon, and what is open is named", async () => {
  const { counts, errors } = await runTests(
    "leaks",
    `test("good", () => { setInterval(() => {}, 1000); });`,
    { env: { TEST_EXIT_GRACE_MS: "500" } },
  );

  assert.deepEqual(counts, { passed: 1, failed: 1, skipped: 0 });
  assert.deepEqual(errors, [
    "leaks: killed, because it did not exit after its last test. Still open: Timeout",
  ]);
});

test("tests that are declared late, and clean-up after the last one, are waited for", async () => {
  const { counts, errors } = await runTests(
    "late",
    `import { after } from "node:test";
     after(() => new Promise((resolve) => setTimeout(resolve, 100)));
     test("early", () => {});
     setTimeout(() => test("late", () => new Promise((resolve) => setTimeout(resolve, 1500))), 100);`,
    { env: { TEST_EXIT_GRACE_MS: "1000" } },
  );

  assert.deepEqual(counts, { passed: 2, failed: 0, skipped: 0 });
  assert.deepEqual(errors, []);
});
