import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { environment } from "../../../scripts/root.ts";
import { nodeTest, type Result, run } from "../../../scripts/test/run.ts";
import { parentOf } from "../../../scripts/processes.ts";
import { until } from "../../support/until.ts";

const scratch = mkdtempSync(join(tmpdir(), "run-test-"));
after(() => rmSync(scratch, { recursive: true, force: true }));

const HEAD = `import { test, describe, it } from "node:test";\n`;
// This file is itself run by a runner, whose context must not leak into the one under test.
const ENV = environment({ NODE_TEST_CONTEXT: undefined });

type Ran = Result & { log: string };

async function runTests(name: string, body: string, limits: { limitMs?: number } = {}): Promise<Ran> {
  return runFiles(name, { [name]: body }, limits);
}

/** In one process, in their order. */
async function runFiles(
  name: string,
  bodies: Record<string, string>,
  limits: { limitMs?: number } = {},
): Promise<Ran> {
  const log = join(scratch, `${name}.log`);
  const files = Object.entries(bodies).map(([each, body]) => {
    const file = join(scratch, `${each}.test.mjs`);
    writeFileSync(file, HEAD + body);
    return file;
  });
  const result = await run({ name, command: nodeTest(files), log, ...limits }, ENV);
  return { ...result, log: readFileSync(log, "utf8") };
}

test("passed, failed and skipped tests are counted, a skipped one is named with its reason, and the output is kept", async () => {
  const { passed, failed, skipped, output, log } = await runTests(
    "mixed",
    `test("good", () => console.log("from the test"));
     test("bad", () => { throw new Error("broken promise"); });
     test("later", { skip: "flaky: the clock" }, () => {});
     test("some day", { todo: true }, () => {});
     describe("suite", () => { it("inner", () => {}); });`,
  );

  assert.deepEqual([passed, failed], [2, 1]);
  assert.deepEqual(skipped, ["later (flaky: the clock)", "some day (TODO)"]);
  assert.match(log, /from the test/);
  assert.match(output, /^mixed\n.*broken promise/s);
});

test("a file that cannot be loaded has failed, by name", async () => {
  const { passed, failed, output } = await runTests("unloadable", `import "./nowhere.mjs";`);

  assert.deepEqual([passed, failed], [0, 1]);
  assert.match(output, /unloadable/);
});

test("a suite with a broken hook has failed, although none of its tests did", async () => {
  const { failed } = await runTests(
    "hook",
    `import { after } from "node:test";
     describe("suite", () => { after(() => { throw new Error("not closed"); }); it("inner", () => {}); });`,
  );

  assert.equal(failed, 1);
});

test("a file whose process is killed has failed", async () => {
  const { failed, output } = await runTests(
    "killed",
    `test("deadly", () => new Promise(() => setTimeout(() => process.kill(process.pid, "SIGKILL"), 200)));`,
  );

  assert.equal(failed, 1);
  assert.match(output, /killed\.test\.mjs: ended with SIGKILL$/);
});

test("an endless loop is killed with what the file started", async () => {
  const { failed, output, log } = await runTests(
    "endless",
    `import { spawn } from "node:child_process";
     import { writeSync } from "node:fs";
     test("endless", () => {
       writeSync(1, "child " + spawn("sleep", ["60"]).pid);
       for (;;);
     });`,
    { limitMs: 5_000 },
  );

  assert.equal(failed, 1);
  assert.match(output, /endless\.test\.mjs: killed after 5 s$/);
  const pid = Number(/child (\d+)/.exec(log)?.[1]);
  assert.ok(pid > 0);
  await until("its child to end", () => parentOf(pid) === 0);
});

test("a file that leaves something open ends, and its process with it", async () => {
  const { passed, failed } = await runTests("leaks", `test("good", () => { setInterval(() => {}, 1000); });`);

  assert.deepEqual([passed, failed], [1, 0]);
});

test("files of one process run one after the other, with their own hooks, settings and services", async () => {
  const { passed, failed, output, log } = await runFiles("several", {
    first: `import { after, beforeEach } from "node:test";
      process.env.SETTING = "of the first file";
      globalThis[Symbol.for("spiderpig.service")] = "of the first file";
      beforeEach(() => console.log("prepared"));
      after(() => new Promise((resolve) => setTimeout(() => { console.log("closed"); resolve(); }, 50)));
      test("good", () => {});`,
    unloadable: `import "./nowhere.mjs";`,
    last: `console.log("the last file", process.env.SETTING, globalThis[Symbol.for("spiderpig.service")]);
      test("one", () => {});
      test("two", () => {});`,
  });

  assert.deepEqual([passed, failed], [3, 1]);
  assert.match(output, /unloadable\.test\.mjs/);
  assert.match(log, /prepared.*closed.*the last file undefined undefined/s);
  assert.equal(log.match(/prepared/g)?.length, 1);
});

test("an endless loop is named by its file, and so are the files that were not run because a process ended", async () => {
  const endless = await runFiles(
    "endless-later",
    { before: `test("good", () => {});`, loop: `test("loop", () => { for (;;); });` },
    { limitMs: 5_000 },
  );
  const ended = await runFiles("ended", {
    ends: `test("ends", () => process.exit(0));`,
    missed: `test("missed", () => {});`,
  });

  assert.match(endless.output, /loop\.test\.mjs: killed after 5 s$/);
  assert.equal(ended.failed, 1);
  assert.match(ended.output, /not run: .*missed\.test\.mjs/);
});

test("what a test left running is killed with the file", async () => {
  const { log } = await runTests(
    "leftover",
    `import { spawn } from "node:child_process";
     import { writeSync } from "node:fs";
     const start = (options) => writeSync(1, "child " + spawn("sleep", ["60"], { stdio: "ignore", ...options }).pid + "\\n");
     test("good", () => start({}));
     // As the holder of a job does.
     test("detached", () => start({ detached: true, env: { DATA_DIR: process.env.TMPDIR + "/holder-1" } }));`,
  );

  const pids = [...log.matchAll(/child (\d+)/g)].map(([, pid]) => Number(pid));
  assert.equal(pids.length, 2);
  await until("its children to end", () => pids.every((pid) => parentOf(pid) === 0));
});

test("clean-up after the last test is waited for", async () => {
  const { log } = await runTests(
    "cleanup",
    `import { after } from "node:test";
     after(() => new Promise((resolve) => setTimeout(() => { console.log("cleaned up"); resolve(); }, 500)));
     test("good", () => {});`,
  );

  assert.match(log, /cleaned up/);
});

test("the counts of Playwright are read from its summary", async () => {
  const summary = [
    "  -    3 tests/e2e/x.test.ts:8:1 › not yet",
    "  1 error was not a part of any test, see above for details",
    "  2 failed",
    "  1 skipped",
    "  4 did not run",
    "  120 passed (9.5m)",
  ].join("\n");
  const { passed, failed, skipped } = await run(
    {
      name: "browser",
      command: ["sh", "-c", `echo "${summary}"; exit 1`],
      log: join(scratch, "browser.log"),
    },
    ENV,
  );

  assert.deepEqual([passed, failed, skipped], [120, 7, ["tests/e2e/x.test.ts:8:1 › not yet"]]);
});

test("a check passes or fails as a whole, and its output is shown when it fails", async () => {
  const check = (command: string) =>
    run(
      {
        name: "check",
        command: ["sh", "-c", command],
        log: join(scratch, "check.log"),
        isCheck: true,
      },
      ENV,
    );

  assert.deepEqual(await check("true"), { passed: 1, failed: 0, skipped: [], output: "" });
  assert.deepEqual(await check("echo why; false"), {
    passed: 0,
    failed: 1,
    skipped: [],
    output: "why\ncheck: ended with exit 1",
  });
});
