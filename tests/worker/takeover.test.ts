// Workers die, hang and are restarted at the worst moments; the deployment continues, and its record is the same.
import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { query } from "#lib/db/connection.ts";
import { startStack, type WorkerProcess } from "../support/stack.ts";
import { until } from "../support/until.ts";

const stack = await startStack(after);

/** Prints a screenful, asks a question, and prints the answer that it read. */
const ASK = `seq -f 'line %.0f before the question' 1 80
  printf 'Changes synced to the testservers\\n\\n[y] Yes, continue\\n[n] No, roll back\\n'
  read -p "Continue with deployment? (default: [n]): " a
  echo "got:$a"; if read -t 0.3 b; then echo "and:$b"; fi`;

async function assertAnsweredOnce(id: number, interactionId: number, typed: string): Promise<void> {
  const job = await stack.exited(id);
  const got = (await stack.lines(id)).filter((line) => /^(got|and):/.test(line));
  assert.deepEqual(got, [`got:${typed}`]);
  assert.deepEqual(
    job.interactions.map((one) => [one.id, one.state, one.answer?.delivery]),
    [[interactionId, "answered", "consumed"]],
  );
}

async function ownerOf(id: number): Promise<string | undefined> {
  const [row] = await query<{ worker: string }>(
    stack.db,
    "select w.id::text as worker from spiderpig.job j join spiderpig.worker w on w.id = j.worker_id where j.id = $1",
    [id],
  );
  return row?.worker;
}
const idOf = (one: WorkerProcess) =>
  one.log().flatMap((line) => (typeof line["workerId"] === "string" ? [line["workerId"]] : []))[0];

/** The only worker. Each failover takes seconds, so every test continues with the worker of the previous test. */
let worker = await stack.startWorker();
async function replaceWorker(
  how: "dies" | "is stopped",
  meanwhile: () => Promise<unknown> = async () => undefined,
) {
  if (how === "dies") await worker.die();
  else assert.equal(await worker.stop(), 0);
  await meanwhile();
  worker = await stack.startWorker();
}
const tookOver = (id: number) =>
  until("the takeover", () =>
    worker.log().some((line) => line["message"] === "job: taken over" && line["jobId"] === id),
  );

test("a question keeps its id across workers; an answer is typed by the current worker", async () => {
  const ids = await Promise.all(["a", "b"].map((lane) => stack.runScript(ASK, { lane })));
  const [early, late] = await Promise.all(ids.map((id) => stack.asks(id, "Continue with deployment?")));
  assert.ok(early && late);
  await replaceWorker("dies", () => stack.answer(early, "n"));
  await tookOver(late.jobId);
  await replaceWorker("is stopped");
  await tookOver(late.jobId);

  const same = await stack.asks(late.jobId);
  assert.deepEqual(same, late);
  await stack.answer(same, "y");

  await assertAnsweredOnce(early.jobId, early.id, "n");
  await assertAnsweredOnce(late.jobId, late.id, "y");
});

test("an answer whose worker dies between storing and typing it is typed exactly once", async () => {
  const ids = await Promise.all(
    Array.from({ length: 8 }, (_, index) => stack.runScript(ASK, { lane: `lane-${index}` })),
  );
  const questions = await Promise.all(ids.map((id) => stack.asks(id, "Continue with deployment?")));
  // Sequentially, so that each answer is at a different stage when the worker dies.
  for (const question of questions) await stack.answer(question, "y");
  await replaceWorker("dies");

  for (const { jobId, id } of questions) await assertAnsweredOnce(jobId, id, "y");
});

test("no byte is lost or duplicated, however often the worker dies in the middle of the output", async () => {
  const expectedFile = join(stack.directory, "expectedFile");
  const id = await stack.runScript(`
    { for i in $(seq 1 300); do
        printf '%s \\e[32mline %d — grün\\e[0m\\n12:00:00 sync: %3d%% (ok: 1; fail: 0; left: 2)\\r' $i $i $i
        printf '\\e[K12:00:00 Started part %d\\n' $i
        if [ $((i % 10)) = 0 ]; then sleep 0.2; fi
      done; } | tee ${expectedFile}`);
  for (let death = 0; death < 2; death += 1) {
    const { totalLines } = await stack.job(id);
    await stack.untilJob(id, "more lines", (job) => job.totalLines > totalLines + 20 || job.outcome !== null);
    await replaceWorker("dies");
  }

  const job = await stack.exited(id);

  const bytes = (await stack.raw(id)).toString();
  const written = readFileSync(expectedFile, "utf8");
  assert.equal(bytes.replaceAll("\r\n", "\n"), written);
  assert.deepEqual(
    await stack.lines(id),
    written
      .split("\n")
      .slice(0, -1)
      .map((line) => line.slice(line.lastIndexOf("\r") + 1).replace("\u001b[K", "")),
  );
  assert.equal(job.totalLines, 600);
  assert.equal(job.phases.length, 20, "phases are bounded in depth, and none is duplicated");
});

test("a job that ends without a running worker, or while one dies, has its exit code and last output", async () => {
  const go = join(stack.directory, "go");
  const ids = await Promise.all(
    Array.from({ length: 8 }, (_, index) =>
      stack.runScript(
        `echo started; while [ ! -e ${go}-${index} ]; do sleep 0.02; done; echo last words; exit ${index + 1}`,
        { lane: `lane-${index}` },
      ),
    ),
  );
  for (const id of ids) await stack.untilJob(id, "its first line", (job) => job.totalLines === 1);
  const end = (index: number) => writeFileSync(`${go}-${index}`, "");
  for (const index of [0, 1, 2, 3, 4, 5]) {
    end(index);
    await setTimeout(15);
  }
  await replaceWorker("dies", async () => {
    end(6);
    end(7);
    await until("their ends", () => ids.every((id) => Boolean(stack.holder(id)?.ended)));
  });

  for (const [index, id] of ids.entries()) {
    await stack.exited(id, index + 1);
    assert.deepEqual(await stack.lines(id), ["started", "last words"]);
  }
});

test("a job whose directory is lost is never started again; it is lost, and keeps its lane", async () => {
  const started = join(stack.directory, "started");
  const id = await stack.runScript(`echo started | tee -a ${started}; exec sleep 60`, { lane: "lost" });
  await stack.untilJob(id, "its first line", (job) => job.totalLines === 1);
  const held = stack.holder(id);
  assert.ok(held?.childPid);
  process.kill(held.pid, "SIGKILL");
  process.kill(held.childPid, "SIGKILL");
  await replaceWorker("dies", async () => {
    rmSync(join(stack.dataDir, "jobs", String(id)), { recursive: true });
  });

  const job = await stack.ended(id, "holder_lost");

  assert.equal(job.state, "lost");
  assert.equal(readFileSync(started, "utf8"), "started\n");
  const behind = await stack.runScript("echo next", { lane: "lost" });
  await stack.untilJob(behind, "its position in the queue", (one) => one.blockedBy?.id === id);
});

test("a worker that is older than the holder logs that and leaves the job and its answer to the next worker", async () => {
  const id = await stack.runScript(ASK);
  const asked = await stack.asks(id, "Continue with deployment?");
  const path = join(stack.dataDir, "jobs", String(id), "holder.json");
  const said = readFileSync(path, "utf8");
  const newerHolderErrors = () =>
    worker.log().filter((line) => line["jobId"] === id && /newer version/.test(String(line["message"])));

  await replaceWorker("dies", async () => {
    writeFileSync(path, JSON.stringify({ ...(JSON.parse(said) as object), version: 1000 }));
    await stack.answer(asked, "y");
  });
  await until("the older worker to log it", () => newerHolderErrors().length > 0);
  const left = await stack.job(id);
  const logged = newerHolderErrors();
  // The next worker supports the version, as this one supports the previous version.
  await replaceWorker("is stopped", async () => writeFileSync(path, said));

  assert.deepEqual(
    logged.map((line) => [line["log.level"], line["holderVersion"]]),
    [["error", 1000]],
  );
  assert.deepEqual([left.state, left.outcome], ["running", null]);
  assert.equal(left.interactions[0]?.answer?.delivery, "accepted");
  await assertAnsweredOnce(id, asked.id, "y");
});

/** The last test, because it leaves two workers. */
test("a stale worker is replaced, and does nothing when it resumes", async () => {
  const workers = [worker, await stack.startWorker()];
  const id = await stack.runScript(ASK);
  const question = await stack.asks(id, "Continue with deployment?");
  const owner = await ownerOf(id);
  const stale = workers.find((one) => idOf(one) === owner);
  const other = workers.find((one) => one !== stale);
  assert.ok(stale && other);
  stale.signal("SIGSTOP");
  await until("the takeover", async () => (await ownerOf(id)) === idOf(other));
  // When it resumes, it first receives the notification of an answer.
  stale.signal("SIGCONT");
  await stack.answer(question, "y");

  await assertAnsweredOnce(id, question.id, "y");

  await until("the worker to notice", () => stale.log().some((line) => line["message"] === "job: released"));
  const next = await stack.runScript("echo goes on");
  await stack.exited(next);
});
