// The disk of DATA_DIR is full at the start of a job or at its end, or read-only.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { query } from "#lib/db/connection.ts";
import { startStack } from "../support/stack.ts";
import { until } from "../support/until.ts";

const stack = await startStack(after);
const hasLimits = spawnSync("prlimit", ["--version"]).status === 0;

/** Writes after this offset of a file fail, as on a full disk. */
function limit(pid: number, bytes: number | "unlimited"): void {
  assert.equal(spawnSync("prlimit", ["--pid", String(pid), `--fsize=${bytes}:`]).status, 0);
}

const spares = () =>
  stack
    .processes()
    .filter(({ command }) => command.includes("holder/program/main.ts"))
    .map(({ pid }) => pid);

test(
  "a job that ends while the disk is full ends, and its lane continues",
  { skip: !hasLimits },
  async (t) => {
    const worker = await stack.startWorker();
    t.after(() => worker.stop());
    const id = await stack.runScript(`read -p "Go on? [y/N]: " a; echo "got:$a"`, { lane: "end" });
    const question = await stack.asks(id, "Go on?");
    const holder = stack.holder(id);
    assert(holder);
    limit(holder.pid, 10);

    await stack.answer(question, true);
    await stack.exited(id);
    const next = await stack.runScript("echo next", { lane: "end" });
    await stack.exited(next);

    assert((await stack.lines(id)).includes("got:y"));
    assert.equal(stack.holder(id)?.ended, null, "the disk was not full");
    limit(holder.pid, "unlimited");
    await until("the end to be on the disk", () => stack.holder(id)?.ended);
  },
);

test(
  "a job that cannot be recorded on the disk is not started, and reports why",
  { skip: !hasLimits },
  async (t) => {
    await until("the earlier holders to exit", () => spares().length === 0);
    const worker = await stack.startWorker();
    t.after(() => worker.stop());
    const [spare = 0] = await until("a spare", () => {
      const found = spares();
      return found.length > 0 && found;
    });
    limit(spare, 0);

    const id = await stack.runScript("echo never");
    const job = await stack.ended(id, "spawn_failed");

    assert.deepEqual(await stack.lines(id), []);
    const [end] = (await stack.events(id)).filter(({ kind }) => kind === "job_finished");
    assert.match(String(end?.data["detail"]), /EFBIG/);
    assert.equal(job.state, "failed");
    await stack.exited(await stack.runScript("echo next", { lane: "start" }));
  },
);

test("on a read-only disk nothing is started, and each job shows the reason", async (t) => {
  const readOnly = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"';
  if (spawnSync("unshare", ["-m", "true"]).status !== 0) return t.skip("needs root");
  const worker = await stack.startWorker({}, ["unshare", "-m", "sh", "-c", readOnly, stack.dataDir]);
  t.after(() => worker.stop());

  const id = await stack.runScript("echo never", { lane: "never" });
  await stack.ended(id, "spawn_failed");

  const [end] = (await stack.events(id)).filter(({ kind }) => kind === "job_finished");
  assert.match(String(end?.data["detail"]), /EROFS/);
  assert(!readdirSync(join(stack.dataDir, "jobs")).includes(String(id)));
  assert.equal(worker.isGone, false);
});

test("a worker starts no job while its disk has too little room, says so", async (t) => {
  const full = await stack.startWorker({ MIN_FREE_DISK_MIB: String(1024 ** 3) });
  t.after(() => full.stop());
  const id = await stack.runScript("echo started", { lane: "room" });
  const problem = () =>
    query<{ problem: string | null }>(
      stack.db,
      "select claim_problem as problem from spiderpig.worker where pid = $1",
      [full.pid],
    );
  await until("the worker to report its disk", async () =>
    (await problem()).some((row) => /MIN_FREE_DISK_MIB requires/.test(row.problem ?? "")),
  );
  assert.equal((await stack.job(id)).state, "queued");

  const other = await stack.startWorker();
  t.after(() => other.stop());

  await stack.exited(id);
});
