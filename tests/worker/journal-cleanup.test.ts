// A journal stays while it contains data that is stored nowhere else; the tombstone stays forever.
import assert from "node:assert/strict";
import { appendFileSync, existsSync, linkSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { connectHolder } from "../../holder/client/connect.ts";
import { findHolder } from "../../holder/client/find-holder.ts";
import { writeHolderFile } from "../../holder/protocol/job-directory.ts";
import { launchSpare } from "../../holder/client/launch.ts";
import { monotonicNow } from "../../holder/protocol/monotonic-clock.ts";
import { query } from "#lib/db/connection.ts";
import { TERMINAL_SIZE } from "#lib/domain/terminal.ts";
import { startStack } from "../support/stack.ts";
import { PROTOCOL_VERSION } from "../../holder/protocol/messages.ts";
import { until } from "../support/until.ts";

const stack = await startStack(after);
let worker = await stack.startWorker();

const directoryOf = (id: number) => join(stack.dataDir, "jobs", String(id));
const journalOf = (id: number) => join(directoryOf(id), "journal");
const gone = (id: number) => until("the journal to be removed", () => !existsSync(journalOf(id)));
const go = (name: string) => join(stack.directory, `go-${name}`);
const untilGo = (name: string) => `while [ ! -e ${go(name)} ]; do sleep 0.02; done`;
const ENDED_LONG_AGO = {
  version: PROTOCOL_VERSION,
  pid: 1,
  startTicks: 1,
  bootId: "another boot",
  argv: ["scap"],
  startedAt: 1,
  columns: 160,
  rows: 50,
  childPid: null,
  ended: { exit: { exitCode: 0, signal: null, failure: null }, at: 2 },
};

test("a job whose output is stored leaves only its tombstone, which still prevents another start", async () => {
  const id = await stack.runScript("echo one; exit 3");
  await stack.ended(id, "exit_nonzero");

  await gone(id);
  await until("the holder to exit", () => readdirSync(directoryOf(id)).length === 1);

  assert.deepEqual(readdirSync(directoryOf(id)), ["holder.json"]);
  const holder = await findHolder(stack.dataDir, id);
  assert.equal(holder.state, "ended");
  assert.equal(holder.state === "ended" && holder.exit.exitCode, 3);
  const again = await launchSpare({ dataDir: stack.dataDir }).start({
    jobId: id,
    argv: ["/bin/true"],
    cwd: "/",
    env: {},
    ...TERMINAL_SIZE,
    notAfter: monotonicNow() + 60_000,
    epoch: 9,
  });
  assert.equal(again.started === false && again.reason, "already_started");
  assert.deepEqual(await stack.lines(id), ["one"]);
});

test("a client that is still reading when the journal is removed receives all of it", async () => {
  const id = await stack.runScript(
    `echo begun; ${untilGo("slow")}; head -c 1000000 /dev/zero | tr "\\0" x | fold -w 5000`,
  );
  await stack.untilJob(id, "its first line", (job) => job.totalLines > 0);
  const read: Buffer[] = [];
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const slow = await connectHolder(stack.dataDir, id, {
    epoch: 0,
    fromPosition: 0,
    onRecord: async (record) => {
      if (record.kind === "output") read.push(record.bytes);
      if (read.length === 2) await released;
    },
  });
  writeFileSync(go("slow"), "");
  await until("the client to be reading", () => read.length >= 2);
  await stack.exited(id);
  await gone(id);
  release();

  const closed = await slow.closed;

  assert.equal(closed.reason, "ended");
  assert.ok(Buffer.concat(read).equals(await stack.raw(id)), "every byte");
});

test("the next worker removes the journal if a worker died between the commit and the removal; journals of running jobs stay", async () => {
  const finished = await stack.runScript(`echo done; ${untilGo("finished")}`);
  const live = await stack.runScript(`echo live; ${untilGo("live")}`, { lane: "other" });
  for (const id of [finished, live]) await stack.untilJob(id, "its line", (job) => job.totalLines === 1);
  linkSync(journalOf(finished), join(stack.directory, "copy"));
  writeFileSync(go("finished"), "");
  await stack.ended(finished);
  await gone(finished);
  await worker.die();
  linkSync(join(stack.directory, "copy"), journalOf(finished));
  const unknown = 99_999;
  for (const name of [String(unknown), "someone-elses"]) {
    const directory = join(stack.dataDir, "jobs", name);
    mkdirSync(directory);
    writeHolderFile(directory, { jobId: name, ...ENDED_LONG_AGO });
    writeFileSync(join(directory, "journal"), "not ours");
  }

  worker = await stack.startWorker();
  await gone(finished);

  assert.ok(existsSync(journalOf(live)), "the journal of a running job");
  assert.ok(existsSync(journalOf(unknown)), "the journal of a job that is not in the database");
  assert.ok(existsSync(join(stack.dataDir, "jobs", "someone-elses", "journal")));
  writeFileSync(go("live"), "");
  await stack.exited(live);
  await gone(live);
});

test("the journal of a lost job stays if it contains more than is stored", async () => {
  const lanes = ["whole", "cut"];
  const ids = await Promise.all(lanes.map((lane) => stack.runScript("echo one; exec sleep 60", { lane })));
  for (const id of ids) await stack.untilJob(id, "its line", (job) => job.totalLines === 1);
  const [whole = 0, cut = 0] = ids;
  await worker.die();
  for (const id of ids) {
    const held = stack.holder(id);
    assert.ok(held?.childPid);
    process.kill(held.pid, "SIGKILL");
    process.kill(held.childPid, "SIGKILL");
  }
  // A partial record, as after a power failure.
  appendFileSync(journalOf(cut), Buffer.from([9, 0, 0, 0, 1]));

  worker = await stack.startWorker();
  for (const id of ids) await stack.ended(id, "holder_lost");
  await gone(whole);

  await until("the loss to be recorded", () =>
    worker.log().some((line) => line["jobId"] === cut && String(line["message"]).startsWith("journal: kept")),
  );
  assert.ok(existsSync(journalOf(cut)));
  for (const id of ids) assert.equal((await findHolder(stack.dataDir, id)).state, "dead");
  assert.ok(!existsSync(join(directoryOf(cut), "socket")), "no process listens there");

  // Once retention has removed the output, the rest of the journal is not needed either.
  await query(stack.db, "update spiderpig.job set lane_released_at = now() where id = $1", [cut]);
  await worker.die();
  worker = await stack.startWorker({ OUTPUT_RETENTION_DAYS: "0.000001" });
  await gone(cut);
  assert.deepEqual(await stack.lines(cut), []);
  assert.ok((await stack.job(cut)).outputRemovedAt);
});

test("a restored database without the end of a job gets it from the tombstone", async () => {
  const id = await stack.runScript(`echo one; ${untilGo("old")}; exit 4`);
  await stack.untilJob(id, "its line", (job) => job.totalLines === 1);
  await worker.die();
  writeFileSync(go("old"), "");
  await until("its end", () => Boolean(stack.holder(id)?.ended));
  rmSync(journalOf(id));

  worker = await stack.startWorker();
  await stack.ended(id, "holder_lost");

  const finished = (await stack.events(id)).find(({ kind }) => kind === "job_finished");
  assert.match(String(finished?.data["detail"]), /^scap ended with exit code 4, but its journal/);
});
