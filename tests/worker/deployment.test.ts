// Whole deployments: the use case, the queue, the worker, a real terminal, the sandbox's scap and its web servers.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startStack } from "../support/stack.ts";

const stack = await startStack(after, { world: true });
await stack.startWorker();

test("two answers deploy a change to every server", async () => {
  const id = await stack.deploy([1234]);
  await stack.answer(await stack.asks(id, "Backport the changes?"), true);
  const second = await stack.asks(id, "Continue with deployment?").catch(async (error) => {
    console.log(JSON.stringify(await stack.events(id), null, 1));
    throw error;
  });
  await stack.answer(second, "y");
  const job = await stack.ended(id, "completed");
  assert.equal(job.state, "succeeded");
});
