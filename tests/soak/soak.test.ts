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
  const { faults, figures } = await runManyJobs(stack, worker, { jobs: 20, say: () => undefined });
  t.diagnostic(figures.join("; "));
  assert.deepEqual(faults, []);
});

test("a job with much output needs no more memory than a bound, and every byte of it is stored", async (t) => {
  const { faults, figures } = await runLongJob(stack, worker, { bytes: 8 * 1024 ** 2, say: () => undefined });
  t.diagnostic(figures.join("; "));
  assert.deepEqual(faults, []);
});

test("while a question is open nothing is written", async (t) => {
  const { faults, figures } = await runOpenPrompt(stack, worker, { minutes: 0.1, say: () => undefined });
  t.diagnostic(figures.join("; "));
  assert.deepEqual(faults, []);
});
