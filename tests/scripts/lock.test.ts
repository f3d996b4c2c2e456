import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { LockHeld, lockHolder, takeLock } from "../../scripts/lock.mjs";
import { identityOf, isStillRunning } from "../../scripts/processes.mjs";
import { until } from "../support/until.ts";

const scratch = mkdtempSync(join(tmpdir(), "lock-test-"));
after(() => rmSync(scratch, { recursive: true, force: true }));

const HOLD = `
  import { takeLock } from ${JSON.stringify(join(import.meta.dirname, "../../scripts/lock.mjs"))};
  takeLock(process.argv[1], { url: "http://there" });
  console.log("held");
  setInterval(() => {}, 1000);
`;

function holder(path: string) {
  const child = spawn(process.execPath, ["--input-type=module", "-e", HOLD, path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  return { child, held: once(child.stdout, "data") };
}

test("a lock is refused while its holder lives, with what the holder left to say", async () => {
  const path = join(scratch, "refused");
  const { child, held } = holder(path);
  await held;

  assert.throws(
    () => takeLock(path),
    (error) =>
      error instanceof LockHeld && error.holder.pid === child.pid && error.holder["url"] === "http://there",
  );

  child.kill("SIGKILL");
  await once(child, "exit");
});

test("a lock opens with the death of its holder, and names it", async () => {
  const path = join(scratch, "opened");
  const { child, held } = holder(path);
  await held;
  child.kill("SIGKILL");
  await once(child, "exit");

  const lock = takeLock(path);

  assert.equal(lock.previous?.pid, child.pid);
  lock.release();
  assert.equal(lockHolder(path), undefined);
});

test("a helper that outlives the holder keeps the lock closed", async () => {
  const path = join(scratch, "helper");
  const helper = spawn("sleep", ["60"]);
  await until("the helper", () => helper.pid !== undefined);
  const pid = helper.pid ?? 0;
  const gone = { pid: 2 ** 22 - 1, identity: "long gone" };
  writeFileSync(path, JSON.stringify({ ...gone, helper: { pid, identity: identityOf(pid) } }));

  assert.throws(() => takeLock(path), LockHeld);
  helper.kill("SIGKILL");
  await once(helper, "exit");
  takeLock(path).release();
});

test("of many that find a dead holder at once exactly one gets the lock", async () => {
  const path = join(scratch, "raced");
  writeFileSync(path, JSON.stringify({ pid: 2 ** 22 - 1, identity: "long gone" }));

  const racers = Array.from({ length: 6 }, () => {
    const child = spawn(process.execPath, ["--input-type=module", "-e", HOLD, path], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    let won = false;
    child.stdout.on("data", () => (won = true));
    return { child, hasWon: () => won };
  });
  await until(
    "all but one to be refused",
    () => racers.filter(({ child }) => child.exitCode !== null).length === 5,
  );
  await until("one to have it", () => racers.filter(({ hasWon }) => hasWon()).length === 1);

  for (const { child } of racers) child.kill("SIGKILL");
});

test("an unreadable lock file belongs to nobody", () => {
  const path = join(scratch, "unreadable");
  writeFileSync(path, "{");

  takeLock(path).release();

  assert.deepEqual(
    readdirSync(scratch).filter((name) => name.startsWith("unreadable")),
    [],
    "nothing is left beside it",
  );
});

test("a process number that was given away again is another process", () => {
  assert.equal(isStillRunning({ pid: process.pid, identity: "of an earlier one" }), false);
  assert.equal(isStillRunning({ pid: process.pid, identity: identityOf(process.pid) ?? "" }), true);
});
