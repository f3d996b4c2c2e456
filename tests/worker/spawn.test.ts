// A command that cannot be started, on the only host or while there is another one, and a holder that ends before the start.
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { switchLane } from "#lib/actions/manage-hosts.ts";
import { ORIGIN } from "../support/origin.ts";
import { startStack } from "../support/stack.ts";
import { until } from "../support/until.ts";

const stack = await startStack(after, { scapCommand: ["/nowhere/scap", "--verbose"] });

test("a missing scap ends the job with the reason, and the next job starts", async () => {
  const worker = await stack.startWorker();
  const id = await stack.runScript("");
  const next = await stack.runScript("");

  const job = await stack.ended(id, "spawn_failed");

  assert.deepEqual([job.state, job.exitCode, job.totalLines], ["failed", null, 0]);
  const end = (await stack.events(id)).find((event) => event.kind === "job_finished");
  assert.match(String(end?.data["detail"]), /\/nowhere\/scap/);
  await stack.ended(next, "spawn_failed");
  await worker.stop();
});

test("a job that its host cannot start waits in the queue, and another host runs it after a switch of the lane", async () => {
  const own = await startStack(after);
  mkdirSync(join(own.directory, "broken"));
  const broken = await own.startWorker({
    WORKER_HOST: "broken",
    DATA_DIR: join(own.directory, "broken"),
    SCAP_COMMAND: '["/nowhere/scap"]',
  });
  const working = await own.startWorker({ WORKER_HOST: "working" });
  const context = { db: own.db, origin: ORIGIN, actor: "admin" };
  await switchLane(context, { lane: "mediawiki", host: "broken", reason: "A test" });
  const id = await own.runScript("echo started");
  const next = await own.runScript("echo next");

  const queued = await own.untilJob(id, "its return to the queue", ({ failedStarts, outcome }) => {
    assert.equal(outcome, null);
    return failedStarts.length > 0;
  });
  assert.deepEqual([queued.state, queued.startedAt, queued.host], ["queued", null, null]);
  const [failure] = queued.failedStarts;
  assert.equal(failure?.host, "broken");
  assert.match(failure?.reason ?? "", /\/nowhere\/scap/);

  await switchLane(context, { lane: "mediawiki", host: "working", reason: "broken has no scap" });
  const ended = await own.exited(id);
  await own.exited(next);
  assert.equal(ended.host, "working");
  assert.deepEqual(await own.lines(id), ["started"]);
  const starts = (await own.events(id)).filter(({ kind }) => /start/.test(kind));
  assert.deepEqual(
    starts.map(({ kind, data }) => [kind, data["host"]]),
    [
      ["job_started", "broken"],
      ["job_not_started", "broken"],
      ["job_started", "working"],
    ],
  );
  assert.deepEqual((await own.job(next)).failedStarts, [], "the next job overtook it on the broken host");
  await until("the removal of the journal on the host that could not start it", () =>
    existsSync(join(own.directory, "broken", "jobs", String(id), "journal")) ? undefined : true,
  );
  await Promise.all([broken.stop(), working.stop()]);
});

test("a spare that was killed before its job does not prevent the start of the job", async () => {
  const own = await startStack(after);
  const worker = await own.startWorker();
  const spare = await until("the waiting holder", () =>
    own.processes().find(({ command }) => command.includes("holder/program/main.ts")),
  );
  process.kill(spare.pid, "SIGKILL");
  await until("its end", () => own.processes().every(({ pid }) => pid !== spare.pid));

  const id = await own.runScript("echo started");

  await own.exited(id);
  assert.deepEqual(await own.lines(id), ["started"]);
  await worker.stop();
});

test("a holder that cannot be loaded ends the job after some retries, with the reason", async () => {
  const own = await startStack(after);
  const deadly = join(own.directory, "node");
  writeFileSync(deadly, "#!/bin/sh\nkill -KILL $$\n");
  chmodSync(deadly, 0o755);
  // Affects only its holders: the worker is already running when this replaces its Node executable.
  const preload = `data:text/javascript,${encodeURIComponent(`process.execPath = ${JSON.stringify(deadly)}`)}`;
  const worker = await own.startWorker({ NODE_OPTIONS: `--import ${preload}` });

  const id = await own.runScript("echo never");

  await own.ended(id, "spawn_failed");
  assert.equal(own.holder(id), undefined);
  await worker.stop();
});
