// The short version of `npm run test:soak`, for every run of the tests.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startStack } from "../support/stack.ts";
import { runLongJob } from "./long-job.ts";
import { runManyJobs } from "./many-jobs.ts";
import { runOpenPrompt } from "./open-prompt.ts";

const stack = await startStack(after);
const worker = await stack.startWorker();

test("jobs leave no process, zombie, terminal, socket, file, message or descriptor behind", async (t) => {
  const { violations, measurements } = await runManyJobs(stack, worker, { jobs: 20, say: () => undefined });
  t.diagnostic(measurements.join("; "));
  assert.deepEqual(violations, []);
});

test("a job with a lot of output needs bounded memory, and all its output is stored", async (t) => {
  const { violations, measurements } = await runLongJob(stack, worker, {
    bytes: 8 * 1024 ** 2,
    say: () => undefined,
  });
  t.diagnostic(measurements.join("; "));
  assert.deepEqual(violations, []);
});

test("nothing is written while a question is open", async (t) => {
  const { violations, measurements } = await runOpenPrompt(stack, worker, {
    minutes: 0.1,
    say: () => undefined,
  });
  t.diagnostic(measurements.join("; "));
  assert.deepEqual(violations, []);
});
