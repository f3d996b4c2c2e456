import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { after, test } from "node:test";
import { stopPostgres, startPostgres } from "../../../scripts/postgres.ts";
import { environment, inProject } from "../../../scripts/root.ts";
import { identityOf } from "../../../scripts/processes.mjs";
import { clusterOf } from "../../../scripts/test/scratch.ts";

const home = mkdtempSync(join(tmpdir(), "scratch-test-"));
after(() => rmSync(home, { recursive: true, force: true }));

const SCRATCH = JSON.stringify(pathToFileURL(inProject("scripts/test/scratch.ts")).href);

/** In a process of its own, as a run is. @returns where its files were. */
function aRun(remove: boolean, TMPDIR: string | undefined): { directory: string; pid: number } {
  const body = `
    const { openScratch } = await import(${SCRATCH});
    const scratch = await openScratch();
    if (${remove}) scratch.remove();
    process.stdout.write(JSON.stringify({ directory: scratch.directory, pid: process.pid }));`;
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", body], {
    env: environment({ TMPDIR }),
    encoding: "utf8",
  });
  return JSON.parse(stdout) as { directory: string; pid: number };
}

test("a run's files lie where TMPDIR says, open to every user, and go with it", () => {
  const kept = aRun(false, home);
  assert.equal(kept.directory, join(home, `spiderpig-test-${kept.pid}`));
  assert.equal(statSync(kept.directory).mode & 0o7777, 0o1777);

  const removed = aRun(true, home);

  assert.equal(existsSync(removed.directory), false);
});

test("without TMPDIR a run finds a place by itself, and leaves nothing there", () => {
  const { directory } = aRun(true, undefined);

  assert.match(directory, /^\/(dev\/shm|tmp)\/spiderpig-test-\d+$/);
  assert.equal(existsSync(directory), false);
});

test("what a dead run left is removed with its server, and what a living one has is not", async () => {
  const dead = aRun(false, home);
  const server = await startPostgres({ directory: clusterOf(dead.directory), durable: false });
  after(() => stopPostgres(clusterOf(dead.directory)));
  const alive = spawn("sleep", ["60"]);
  after(() => alive.kill());
  const living = join(home, `spiderpig-test-${alive.pid}`);
  mkdirSync(living);
  writeFileSync(join(living, "file"), "");

  aRun(true, home);

  assert.equal(existsSync(dead.directory), false);
  assert.equal(identityOf(server.pid), undefined, "its server runs on");
  assert.equal(existsSync(join(living, "file")), true);
});
