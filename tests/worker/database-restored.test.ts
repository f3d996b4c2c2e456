// The database returns to an earlier state: a standby that lagged behind was promoted, or a backup was restored. What it
// lost of running jobs is stored again from their journals.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { query } from "#lib/db/connection.ts";
import { startStackOnOwnServer } from "./own-server.ts";
import { until } from "../support/until.ts";

const { stack, server } = await startStackOnOwnServer(after);
let worker = await stack.startWorker();
const data = join(server.directory, "data");
const backup = join(server.directory, "backup");

const keep = () => server.whileStopped(() => assert.equal(spawnSync("cp", ["-a", data, backup]).status, 0));
function putBack(): void {
  rmSync(data, { recursive: true });
  renameSync(backup, data);
}
const restore = () => server.whileStopped(putBack);

const go = (name: string) => join(stack.directory, name);
const untilGo = (name: string) => `while [ ! -e ${go(name)} ]; do sleep 0.02; done`;

test("a worker whose row was lost continues to take jobs", async () => {
  await keep();
  const late = await stack.startWorker({ WORKER_HOST: "late" });
  await worker.stop();

  await restore();
  const id = await stack.runScript("echo done", { lane: "zero" });
  await stack.exited(id);

  await late.stop();
  worker = await stack.startWorker();
});

test("a question and output that the database lost are stored again", async () => {
  const id = await stack.runScript(
    `
    seq 1 20; ${untilGo("forgotten")}; seq 21 40
    read -p "Go on? [y/N]: " a; echo "got:$a"`,
    { lane: "one" },
  );
  await stack.untilJob(id, "the first lines", ({ totalLines }) => totalLines === 20);
  await keep();
  writeFileSync(go("forgotten"), "");
  await stack.asks(id, "Go on?");

  await restore();
  await stack.answer(await stack.asks(id, "Go on?"), true);
  await stack.exited(id);

  const expected = [
    ...Array.from({ length: 40 }, (_, index) => String(index + 1)),
    "Go on? [y/N]: y",
    "got:y",
  ];
  assert.deepEqual(await stack.lines(id), expected);
  assert.equal(worker.isGone, false);
});

test("output that waits for the database is not stored after a gap when the database returns to an earlier state", async () => {
  const id = await stack.runScript(
    `
    seq 1 20; ${untilGo("kept")}; seq 21 30; ${untilGo("away")}; seq 31 40; touch ${go("printed")}; ${untilGo("back")}`,
    { lane: "three" },
  );
  await stack.untilJob(id, "the first lines", ({ totalLines }) => totalLines === 20);
  await keep();
  writeFileSync(go("kept"), "");
  await stack.untilJob(id, "the next lines", ({ totalLines }) => totalLines === 30);

  const tries = () =>
    worker.log().filter(({ message, jobId }) => jobId === id && String(message).includes("will retry"))
      .length;
  await server.whileStopped(async () => {
    const before = tries();
    writeFileSync(go("away"), "");
    await until("the last lines to be printed", () => existsSync(go("printed")));
    await until("the worker to try to store them", () => tries() > before);
    putBack();
  });
  writeFileSync(go("back"), "");
  await stack.exited(id);

  assert.deepEqual(
    await stack.lines(id),
    Array.from({ length: 40 }, (_, index) => String(index + 1)),
  );
});

test("a question whose answer the database lost does not stay open", async () => {
  const id = await stack.runScript(
    `
    read -p "Go on? [y/N]: " a; ${untilGo("answered")}
    read -p "Really? [y/N]: " b; echo "got:$a$b"`,
    { lane: "two" },
  );
  const first = await stack.asks(id, "Go on?");
  await keep();
  await stack.answer(first, true);
  await stack.untilJob(id, "the answer to be read", ({ interactions }) =>
    interactions.some(({ answer }) => answer?.delivery === "consumed"),
  );

  await restore();
  writeFileSync(go("answered"), "");
  await stack.answer(await stack.asks(id, "Really?"), true);
  const job = await stack.exited(id);

  assert((await stack.lines(id)).includes("got:yy"));
  assert.deepEqual(
    job.interactions.map(({ message, state }) => [message, state]),
    [
      ["Go on?", "withdrawn"],
      ["Really?", "answered"],
    ],
  );
});

test("an id that the database assigns a second time is not mistaken for the answer or the job that had it first", async () => {
  await keep();
  const script = `
    read -p "Go on? [y/N]: " a; ${untilGo("typed")}
    read -p "Really? [y/N]: " b; echo "got:$a$b"`;
  const forgotten = await stack.runScript(script, { lane: "four" });
  await stack.answer(await stack.asks(forgotten, "Go on?"), true);
  await stack.untilJob(forgotten, "the answer to be read", ({ interactions }) =>
    interactions.some(({ answer }) => answer?.delivery === "consumed"),
  );
  const also = await stack.runScript("echo also", { lane: "four-too" });
  await stack.exited(also);

  await restore();
  const refused = await stack.runScript("echo other", { lane: "four" });
  assert.equal(refused, forgotten);
  await stack.ended(refused, "holder_lost");
  const next = await stack.runScript("echo next", { lane: "four" });
  writeFileSync(go("typed"), "");
  await stack.untilJob(next, "the job it waits for", ({ blockedBy }) => blockedBy?.id === refused);
  await query(
    stack.db,
    "update spiderpig.job set lane_released_at = now(), lane_released_by = 'admin' where id = $1",
    [refused],
  );
  await stack.runScript("echo one more", { lane: "four" });
  await stack.exited(next);

  assert.ok(
    existsSync(join(stack.dataDir, "jobs", String(forgotten), "journal")),
    "its output is stored nowhere else",
  );
  assert.deepEqual(await stack.lines(refused), []);
  assert.deepEqual((await stack.job(refused)).interactions, []);
  assert(next > also, "its id belongs to no other job");
  assert.deepEqual(await stack.lines(next), ["next"]);
});

test("a running job that is queued again in the restored database is followed and not started again", async () => {
  await worker.stop();
  const id = await stack.runScript(
    `echo started >> ${go("starts")}; read -p "Go on? [y/N]: " a; echo "got:$a"`,
    { lane: "six" },
  );
  await keep();
  worker = await stack.startWorker();
  await stack.asks(id, "Go on?");

  await restore();
  await stack.answer(await stack.asks(id, "Go on?"), true);
  await stack.exited(id);

  assert.deepEqual(await stack.lines(id), ["Go on? [y/N]: y", "got:y"]);
  assert.equal(readFileSync(go("starts"), "utf8"), "started\n");
});

test("an answer to a question that has the id of a lost one is typed", async () => {
  const id = await stack.runScript(
    `
    echo begun; ${untilGo("numbered")}
    read -p "Go on? [y/N]: " a; ${untilGo("renumbered")}
    read -p "Really? [y/N]: " b; echo "got:$a$b"`,
    { lane: "five" },
  );
  await stack.untilJob(id, "its first line", ({ totalLines }) => totalLines === 1);
  await keep();
  writeFileSync(go("numbered"), "");
  const first = await stack.asks(id, "Go on?");
  await stack.answer(first, true);
  await stack.untilJob(id, "the answer to be read", ({ interactions }) =>
    interactions.some(({ answer }) => answer?.delivery === "consumed"),
  );

  await restore();
  writeFileSync(go("renumbered"), "");
  const second = await stack.asks(id, "Really?");
  await stack.answer(second, true);
  await stack.exited(id);

  assert.equal((await stack.lines(id)).at(-1), "got:yy");
});
