// Messages that wake workers: duplicate, late and misdirected ones affect only the timing.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { query, transaction } from "#lib/db/connection.ts";
import { workerQueue } from "#lib/queue/queues.ts";
import { wakeWorker } from "#lib/queue/send.ts";
import { startStack } from "../support/stack.ts";
import { until } from "../support/until.ts";

const stack = await startStack(after);

const TWO_QUESTIONS = `
  read -p "Go on? [y/N]: " a; echo "first:$a"
  read -p "Really? [y/N]: " b; echo "second:$b"`;

async function ownerOf(jobId: number): Promise<string> {
  const [row] = await query<{ id: string }>(
    stack.db,
    "select worker_id as id from spiderpig.job where id = $1",
    [jobId],
  );
  return row?.id ?? "";
}

/** States of the messages about a job that were sent to this worker. */
async function messages(workerId: string, jobId: number): Promise<string[]> {
  const rows = await query<{ state: string }>(
    stack.db,
    "select state::text from pgboss.job where name = $1 and (data ->> 'jobId')::integer = $2",
    [workerQueue(workerId), jobId],
  );
  return rows.map(({ state }) => state);
}

const answered = async (id: number) =>
  (await stack.lines(id)).filter((line) => /^(first|second):/.test(line));

test("with several workers on two hosts, an answer wakes the worker that has the job", async () => {
  const workers = [
    await stack.startWorker(),
    await stack.startWorker(),
    await stack.startWorker({ WORKER_HOST: "elsewhere" }),
  ];
  const ids = await Promise.all(["a", "b", "c"].map((lane) => stack.runScript(TWO_QUESTIONS, { lane })));
  for (const id of ids) {
    await stack.answer(await stack.asks(id, "Go on?"), true);
    await stack.answer(await stack.asks(id, "Really?"), false);
  }

  for (const id of ids) {
    await stack.exited(id);
    assert.deepEqual(await answered(id), ["first:y", "second:n"]);
    const owner = await ownerOf(id);
    await until("the messages to be completed by the worker of the job", async () => {
      const states = await messages(owner, id);
      return states.length === 2 && states.every((state) => state === "completed");
    });
  }
  await Promise.all(workers.map((worker) => worker.stop()));
});

test("duplicate messages type an answer once, and messages without a cause change nothing", async () => {
  const worker = await stack.startWorker();
  const id = await stack.runScript(TWO_QUESTIONS);
  const first = await stack.asks(id, "Go on?");
  const owner = await ownerOf(id);
  const wake = () => transaction(stack.db, (tx) => wakeWorker(tx, owner, id));

  await wake();
  await stack.answer(first, true);
  await Promise.all([wake(), wake(), wake()]);
  const second = await stack.asks(id, "Really?");
  await wake();
  await until("all messages to be completed", async () =>
    (await messages(owner, id)).every((state) => state === "completed"),
  );
  await stack.answer(second, false);
  await stack.exited(id);

  assert.deepEqual(await answered(id), ["first:y", "second:n"]);
  await worker.stop();
});

test("an answer to a job whose worker hangs is typed once, by the next worker; the late message types nothing", async () => {
  const hanging = await stack.startWorker();
  const id = await stack.runScript(TWO_QUESTIONS);
  const question = await stack.asks(id, "Go on?");
  const former = await ownerOf(id);
  hanging.signal("SIGSTOP");
  await stack.answer(question, true);
  assert.deepEqual(await messages(former, id), ["created"]);

  const next = await stack.startWorker();
  const second = await stack.asks(id, "Really?");
  hanging.signal("SIGCONT");
  await until("the late message to be completed", async () =>
    (await messages(former, id)).every((state) => state === "completed"),
  );
  await stack.answer(second, false);
  const job = await stack.exited(id);

  assert.deepEqual(await answered(id), ["first:y", "second:n"]);
  assert.deepEqual(
    job.interactions.map(({ answer }) => answer?.delivery),
    ["consumed", "consumed"],
  );
  await Promise.all([hanging.stop(), next.stop()]);
});
