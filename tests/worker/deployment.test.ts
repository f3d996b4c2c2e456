// Whole deployments: the use case, the queue, the worker, a real terminal, the sandbox's scap and its web servers.
import assert from "node:assert/strict";
import { linkSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { listUncompacted } from "#lib/db/compaction.ts";
import { listLines } from "#lib/db/log.ts";
import { plainText } from "#lib/domain/log-text.ts";
import type { Job } from "#lib/contract/job.ts";
import { readJournal } from "../../holder/protocol/journal-reader.ts";
import { aJob } from "../seed/seed.ts";
import { startStack } from "../support/stack.ts";
import { until } from "../support/until.ts";

const stack = await startStack(after, { world: true });
let worker = await stack.startWorker();

async function isShown(stage: string, text: string): Promise<boolean[]> {
  const servers = (stack.world()?.servers ?? []).filter((server) => server.stage === stage);
  return Promise.all(servers.map(async ({ url }) => (await (await fetch(url)).text()).includes(text)));
}

/** The sentences of the phases for which scap has no timer. */
const UNTIMED: Readonly<Record<string, [string, string]>> = {
  "Wait for merge": ["Waiting for changes to be merged", "All changes have been merged"],
  "Wait for canary traffic": ["seconds for canary traffic", "Logstash checker counted"],
  "Wait for production traffic": ["seconds for production traffic", "Logstash checker counted"],
  Rollback: ["Rolling back deployment", "Result: rolled back"],
};

/** Questions and phases name the lines of the log at which they are. */
async function assertLinesAreKnown({ id, phases, interactions }: Job): Promise<void> {
  const lines = await listLines(stack.db, id, 1, 5000);
  const text = (n: number | null) => plainText(lines.find((line) => line.n === n)?.text ?? "");
  for (const phase of phases) {
    const [start, finish] = UNTIMED[phase.name] ?? [`Started ${phase.name}`, `Finished ${phase.name}`];
    assert.ok(text(phase.firstLine).includes(start), text(phase.firstLine));
    assert.ok(text(phase.lastLine).includes(finish), text(phase.lastLine));
  }
  for (const { line, message } of interactions) {
    const question = message.split("\n").at(-1) ?? "";
    assert.ok(text(line).includes(question), `line ${line} is “${text(line)}”, not “${question}”`);
  }
}

async function answer(id: number, question: string, value: boolean | string): Promise<void> {
  await stack.answer(await stack.asks(id, question), value);
}

test("two answers deploy a change to every server, and the history has all of it", async () => {
  const id = await stack.deploy([1234], "rosa");
  const contest = "The autumn photo contest is open";
  await answer(id, "Backport the changes?", true);
  const second = await stack.asks(id, "Continue with deployment?");
  assert.deepEqual(await isShown("testservers", contest), [true, true]);
  assert.ok(!(await isShown("production", contest)).includes(true));
  await stack.answer(second, "y", "ines");

  const job = await stack.ended(id, "completed");

  assert.deepEqual([job.state, job.exitCode, job.requestedBy], ["succeeded", 0, "rosa"]);
  for (const stage of ["testservers", "canaries", "production"]) {
    assert.ok(!(await isShown(stage, contest)).includes(false), stage);
  }
  assert.deepEqual(
    job.interactions.map((one) => [one.recognised, one.answer?.answeredBy, one.answer?.delivery]),
    [
      [true, "deployer", "consumed"],
      [true, "ines", "consumed"],
    ],
  );
  assert.ok(job.phases.length > 3);
  await assertLinesAreKnown(job);
  assert.ok(job.phases.every(({ finishedAt }) => finishedAt !== null));
  const names = job.phases.map(({ name }) => name);
  for (const name of ["Wait for merge", "sync-testservers-k8s", "Wait for canary traffic"]) {
    assert.ok(names.includes(name), names.join());
  }
});

test("a no to the first question declines the deployment", async () => {
  const id = await stack.deploy([1236]);
  await answer(id, "Backport the changes?", false);
  const job = await stack.ended(id, "declined");
  assert.deepEqual([job.state, job.exitCode], ["cancelled", 0]);
});

test("a change of a branch that no wiki runs succeeds with nothing to deploy", async () => {
  const id = await stack.deploy([1239]);
  await answer(id, "Continue with backport anyway?", true);
  await answer(id, "Backport the changes?", true);
  const job = await stack.ended(id, "nothing_to_deploy");
  assert.equal(job.state, "succeeded");
});

test("without the protocol and with a worker that dies at each question, the deployment is identical to the byte", async () => {
  await worker.stop();
  worker = await stack.startWorker({ SANDBOX_SCAP_DIALECT: "today-terminal" });
  const id = await stack.deploy([1247]);
  const first = await stack.asks(id, "Backport the changes?");
  // The journal is removed when all of it is stored.
  const kept = join(stack.directory, "kept");
  mkdirSync(kept);
  linkSync(join(stack.dataDir, "jobs", String(id), "journal"), join(kept, "journal"));
  await worker.die();
  worker = await stack.startWorker({ SANDBOX_SCAP_DIALECT: "today-terminal" });
  await stack.answer(first, true);
  const second = await stack.asks(id, "Continue with deployment?");
  await worker.die();
  worker = await stack.startWorker();
  await stack.answer(second, "y");

  const job = await stack.ended(id, "completed");

  await assertLinesAreKnown(job);
  assert.deepEqual(
    job.interactions.map(({ id: number, recognised }) => [number, recognised]),
    [
      [first.id, true],
      [second.id, true],
    ],
  );
  const records = [...readJournal(kept, 0)];
  const written = Buffer.concat(
    records.flatMap((record) => (record.kind === "output" ? [record.bytes] : [])),
  );
  assert.ok((await stack.raw(id)).equals(written));
});

test("a no at the pause rolls back, and says so", async () => {
  const id = await stack.deploy([1248]);
  await answer(id, "Backport the changes?", true);
  await answer(id, "Continue with deployment?", "n");
  const notice = await stack.asks(id, "Press Enter to acknowledge");
  assert.equal(notice.kind, "acknowledge");
  await stack.answer(notice, true);
  const job = await stack.ended(id, "rolled_back");
  assert.deepEqual([job.state, job.exitCode], ["failed", 1]);
  assert.ok(!(await isShown("testservers", "medlar")).includes(true));
  assert.equal(job.phases.find(({ name }) => name === "Rollback")?.depth, 1);
  await assertLinesAreKnown(job);
});

test("a worker that starts compacts the output of jobs that have ended, and changes none of it", async () => {
  await worker.stop();
  const { id } = await aJob(stack.db, { lane: "ended" }).prints("one", "two").prints("three").succeeded();
  const read = async () => [await stack.raw(id), await listLines(stack.db, id, 1, 10)];
  const before = await read();

  worker = await stack.startWorker();

  await until("the compaction", async () => (await listUncompacted(stack.db)).length === 0);
  assert.deepEqual(await read(), before);
});
