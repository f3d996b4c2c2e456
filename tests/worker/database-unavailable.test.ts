// The database becomes unreachable while deployments run: connections break, and the whole server is stopped for seconds.
// scap is not affected, nothing is lost or duplicated, and the worker keeps running.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { isUnreachable, query } from "#lib/db/connection.ts";
import { startStackOnOwnServer } from "./own-server.ts";
import { until } from "../support/until.ts";

const { stack, server } = await startStackOnOwnServer(after);
const worker = await stack.startWorker();

/**
 * Prints for some seconds, asks a question in between, and saves its lines to a file. Not with tee, which could print the last
 * lines after the question.
 */
const script = (expectedFile: string) => `
  count() { for i in $(seq $1 $2); do echo "line $i"; echo "line $i" >> ${expectedFile}; sleep 0.01; done; }
  count 1 150; read -p "Go on? [y/N]: " a; echo "got:$a"; count 151 300`;

async function assertWhole(id: number, expectedFile: string): Promise<void> {
  const job = await stack.exited(id);
  const expected = [
    ...Array.from({ length: 150 }, (_, index) => `line ${index + 1}`),
    "Go on? [y/N]: y",
    "got:y",
    ...Array.from({ length: 150 }, (_, index) => `line ${index + 151}`),
  ];
  assert.deepEqual(await stack.lines(id), expected);
  assert.equal(readFileSync(expectedFile, "utf8").match(/^line /gm)?.length, 300);
  assert.deepEqual(
    job.interactions.map((one) => [one.state, one.answer?.delivery]),
    [["answered", "consumed"]],
  );
  const events = (await stack.events(id)).map((event) => event.kind);
  assert.equal(events.filter((kind) => kind === "job_finished").length, 1);
  assert.equal(events.filter((kind) => kind === "interaction_asked").length, 1);
}

/** One of the worker's new connections has executed a statement or a transaction. */
async function isBackSince(cutAt: Date | null | undefined): Promise<boolean> {
  const sessions = await query(
    stack.db,
    `select from pg_stat_activity
     where application_name = 'spiderpig worker' and backend_start > $1
       and state = 'idle' and query <> ''`,
    [cutAt ?? new Date()],
  );
  return sessions.length > 0;
}

test("connections that break repeatedly lose nothing", async () => {
  const expectedFile = join(stack.directory, "expectedFile-1");
  const id = await stack.runScript(script(expectedFile));
  let isOver = false;
  const cutting = (async () => {
    while (!isOver) {
      const cut = await query<{ at: Date }>(
        stack.db,
        `select max(at) as at
         from (select clock_timestamp() as at, pg_terminate_backend(pid)
               from pg_stat_activity
               where application_name like 'spiderpig%') as cut`,
      );
      await setTimeout(150);
      // The worker needs time to reconnect: on a busy machine a new connection takes longer than the interval between cuts.
      await until("the worker to reconnect", async () => isOver || (await isBackSince(cut[0]?.at)));
    }
  })();

  try {
    await stack.answer(await stack.asks(id, "Go on?"), true);
    await assertWhole(id, expectedFile);
  } finally {
    isOver = true;
    await cutting;
  }

  assert.equal(worker.isGone, false);
});

test("a server that is stopped for seconds causes a delay and loses nothing", async () => {
  const expectedFile = join(stack.directory, "expectedFile-2");
  const id = await stack.runScript(script(expectedFile));
  await stack.untilJob(id, "some lines", (job) => job.totalLines > 20);
  await server.whileStopped(async () => {
    await until("the question, which is not stored yet", () =>
      readFileSync(expectedFile, "utf8").includes("line 150"),
    );
    await assert.rejects(stack.job(id), isUnreachable);
    await setTimeout(1500);
  });

  const question = await stack.asks(id, "Go on?");
  await stack.answer(question, true);
  await stack.untilJob(id, "more lines", (job) => job.totalLines > 170);
  await server.whileStopped(() => until("the end of scap", () => stack.holder(id)?.ended));

  await assertWhole(id, expectedFile);
  assert.equal(worker.isGone, false);
  const next = await stack.runScript("echo the lane goes on");
  await stack.exited(next);
});
