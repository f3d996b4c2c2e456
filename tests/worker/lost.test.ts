// The holder is the one process that must not die. If it does, the job reports only what is known.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startStack } from "../support/stack.ts";
import { until } from "../support/until.ts";

const stack = await startStack(after);

test("an answer that was in flight when its holder died is reported as unknown, not as read", async () => {
  const worker = await stack.startWorker();
  const id = await stack.runScript(`read -p "Go on? [y/N]: " a; echo "got:$a"`);
  const question = await stack.asks(id, "Go on?");
  await worker.die();
  await stack.answer(question, true);
  const holder = stack.holder(id);
  assert.ok(holder);
  process.kill(holder.pid, "SIGKILL");
  await until("its end", () => stack.processes().every(({ pid }) => pid !== holder.pid));

  await stack.startWorker();
  const job = await stack.ended(id, "holder_lost");

  assert.equal(job.state, "lost");
  assert.deepEqual(
    job.interactions.map((one) => [one.id, one.state, one.answer?.delivery]),
    [[question.id, "answered", "undelivered"]],
  );
  const settled = (await stack.events(id)).filter(({ kind }) => kind === "answer_settled");
  assert.deepEqual(
    settled.map(({ data }) => data["why"]),
    ["the terminal is gone, and it is unknown whether scap read it"],
  );
});
