import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { environment, inProject } from "../../../scripts/root.ts";

const home = mkdtempSync(join(tmpdir(), "scratch-test-"));
after(() => rmSync(home, { recursive: true, force: true }));

/** Opens the directory in a process of its own. @returns its path. */
function open(): string {
  const program = `
    import { openScratch } from ${JSON.stringify(inProject("scripts/test/scratch.ts"))};
    console.log(openScratch());`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
    env: environment({ TMPDIR: home }),
    encoding: "utf8",
  });
  assert.equal(stderr, "");
  return stdout.trim();
}

test("the files of a run are below TMPDIR, in a directory that every user may write to", () => {
  const directory = open();

  assert.equal(join(directory, ".."), home);
  assert.equal(statSync(directory).mode & 0o7777, 0o1777);
});

test("what a killed run left is removed by the next one, and what a running one uses is not", () => {
  const ended = open();
  mkdirSync(join(ended, "postgres"));
  writeFileSync(join(ended, "postgres/file"), "");
  const running = join(home, `spiderpig-test-${process.pid}`);
  mkdirSync(running);

  open();

  assert.equal(existsSync(ended), false);
  assert.equal(existsSync(running), true);
});
