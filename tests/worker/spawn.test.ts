// A command that cannot be started.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startStack } from "../support/stack.ts";

const stack = await startStack(after, { scapCommand: ["/nowhere/scap", "--verbose"] });

test("a scap that is not there ends the job, says what is missing, and lets the next one try", async () => {
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
