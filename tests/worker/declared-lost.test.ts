// A host is unreachable for so long that an admin declares its job lost; then it returns, and scap is still running there.
// Nothing is typed into scap, none of its output is stored, and the job shows that scap is running.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { declareLost } from "#lib/actions/declare-lost.ts";
import { query } from "#lib/db/connection.ts";
import { WORKER_STALE_SECONDS } from "#lib/db/workers.ts";
import { AppError } from "#lib/errors.ts";
import { startStack, type WorkerProcess } from "../support/stack.ts";
import { setHeartbeatAge } from "../seed/heartbeats.ts";
import { until } from "../support/until.ts";
import { ORIGIN } from "../support/origin.ts";

const stack = await startStack(after);
const admin = { id: "root", name: "root", role: "admin" } as const;
const declare = (jobId: number) =>
  declareLost({ db: stack.db, origin: ORIGIN }, admin, { jobId, note: "Nobody reaches it." });
const ASK = `read -p "Go on? [y/N]: " a; echo "got:$a"; sleep 600`;

const errorsAbout = (worker: WorkerProcess, id: number) =>
  worker
    .log()
    .filter(
      (line) => line["log.level"] === "error" && line["jobId"] === id && typeof line["pid"] === "number",
    );

async function foundRunning(id: number, worker: WorkerProcess): Promise<void> {
  const holder = stack.holder(id);
  assert.ok(holder?.childPid);
  const job = await stack.untilJob(
    id,
    "the job to show that scap is still running",
    (seen) => seen.foundRunning !== null,
  );
  assert.deepEqual([job.foundRunning?.host, job.foundRunning?.pid], ["stack", holder.childPid]);
  assert.deepEqual([job.state, job.outcome], ["lost", "holder_lost"]);
  await until("the error in the log", () => errorsAbout(worker, id).length > 0);
  process.kill(holder.childPid, 0);
}

async function assertReportedOnceAndUntouched(id: number, question: { id: number }): Promise<void> {
  const events = await stack.events(id);
  assert.equal(events.filter(({ kind }) => kind === "holder_found_running").length, 1);
  assert.deepEqual(
    (await stack.job(id)).interactions.map((one) => [one.id, one.state]),
    [[question.id, "withdrawn"]],
  );
  assert.ok((await stack.lines(id)).every((line) => !line.startsWith("got:")));
}

test("a worker that was stopped during the declaration drops the job, types nothing, and reports that scap is running", async () => {
  const worker = await stack.startWorker();
  const id = await stack.runScript(ASK, { lane: "slept" });
  const question = await stack.asks(id, "Go on?");
  worker.signal("SIGSTOP");
  // A last heartbeat may be in transit to the database, or be waiting to be processed there.
  await until("the declaration", async () => {
    await setHeartbeatAge(stack.db, id, 360);
    return declare(id).catch((error: unknown) => {
      if (!(error instanceof AppError && error.code === "worker_responding")) throw error;
    });
  });
  worker.signal("SIGCONT");

  await foundRunning(id, worker);

  await assertReportedOnceAndUntouched(id, question);
  await assert.rejects(stack.answer(question, true), { code: "interaction_withdrawn" });
  await worker.die();
});

test("an answer given while the worker was stopped is not typed when the worker continues after the declaration", async () => {
  const worker = await stack.startWorker();
  const id = await stack.runScript(ASK, { lane: "answered" });
  const question = await stack.asks(id, "Go on?");
  worker.signal("SIGSTOP");
  // The notification with the answer is waiting in the worker's socket.
  await stack.answer(question, true);
  await until("the worker to be stale by its own clock", async () => {
    const [row] = await query<{ isStale: boolean }>(
      stack.db,
      `select bool_and(heartbeat_at < now() - make_interval(secs => ${WORKER_STALE_SECONDS + 1})) as "isStale"
       from spiderpig.worker`,
    );
    return row?.isStale;
  });
  await setHeartbeatAge(stack.db, id, 360);
  await declare(id);
  worker.signal("SIGCONT");

  await foundRunning(id, worker);

  assert.ok(!readFileSync(join(stack.dataDir, "jobs", String(id), "journal")).includes("got:"));
  const job = await stack.job(id);
  assert.deepEqual([job.state, job.interactions[0]?.answer?.delivery], ["lost", "undelivered"]);
  await worker.die();
});

test("a worker that starts after the declaration does the same, and the next worker writes no second event", async () => {
  const first = await stack.startWorker();
  const id = await stack.runScript(ASK, { lane: "died" });
  const question = await stack.asks(id, "Go on?");
  await first.die();
  await setHeartbeatAge(stack.db, id, 360);
  await declare(id);

  const second = await stack.startWorker();
  await foundRunning(id, second);
  await second.stop();
  const third = await stack.startWorker();
  await until("its own error", () => errorsAbout(third, id).length > 0);

  await assertReportedOnceAndUntouched(id, question);
  const [row] = await query<{ epochs: number }>(
    stack.db,
    `select lease_epoch as epochs from spiderpig.job where id = ${id}`,
  );
  assert.equal(row?.epochs, 2, "no worker took it over");
});
