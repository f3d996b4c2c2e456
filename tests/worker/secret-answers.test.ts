// A secret is passed from the request to the terminal, and is stored nowhere.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { linkSync, readFileSync } from "node:fs";
import { after, test } from "node:test";
import { startStack } from "../support/stack.ts";
import { tracesOf } from "./traces.ts";
import { until } from "../support/until.ts";

const stack = await startStack(after);
const ASKS_SECRET = `
  printf 'Password: '; stty -echo; read -r secret; stty echo
  echo; echo "got \${#secret} characters, sum $(printf %s "$secret" | cksum)"`;

test("a secret reaches the program, and leaves no trace in rows, queue, log, journal or transcript", async () => {
  const worker = await stack.startWorker();
  const secret = "hunter2-zebra-Ωmega";
  const id = await stack.runScript(ASKS_SECRET);
  const question = await stack.asks(id, "Password");
  assert.equal(question.kind, "secret");

  await stack.answer(question, secret, "alice");
  const job = await stack.exited(id);

  const [asked] = job.interactions;
  assert.equal(asked?.answer?.delivery, "consumed");
  assert.equal(asked?.answer?.value, null);
  assert.equal(asked?.answer?.text, null);
  assert.equal(asked?.answer?.answeredBy, "alice");
  const sum = execFileSync("cksum", { input: secret, encoding: "utf8" }).trim();
  const lines = await stack.lines(id);
  assert.ok(
    lines.some((line) => line.includes(`sum ${sum}`)),
    `the program got something else: ${lines.join(" | ")}`,
  );
  assert.deepEqual(await tracesOf(stack, secret), []);
  assert.ok(!JSON.stringify(worker.log()).includes(secret));
  await worker.stop();
});

test("the search for traces finds existing text", async () => {
  const worker = await stack.startWorker();
  const id = await stack.runScript('read -p "Name: " name; echo "hello $name"');
  const question = await stack.asks(id, "Name");

  await stack.answer(question, "not-a-secret-at-all", "alice");
  await stack.exited(id);

  const traces = await tracesOf(stack, "not-a-secret-at-all");
  assert.ok(traces.includes("spiderpig.answer"), traces.join());
  assert.ok(traces.includes("spiderpig.output_chunk"), traces.join());
  await worker.stop();
});

test("a secret whose worker dies before typing it is asked for again", async () => {
  const first = await stack.startWorker();
  const id = await stack.runScript(ASKS_SECRET);
  const question = await stack.asks(id, "Password");
  // While stopped, the worker does not receive the answer; once killed, its key is lost too.
  first.signal("SIGSTOP");
  await stack.answer(question, "lost on the way", "alice");
  await first.die();
  const second = await stack.startWorker();

  const again = await until("the secret to be asked for again", async () => {
    const { pendingInteraction } = await stack.job(id);
    return pendingInteraction !== null && pendingInteraction.id !== question.id
      ? pendingInteraction
      : undefined;
  });

  const { interactions } = await stack.job(id);
  assert.equal(interactions[0]?.answer?.delivery, "undelivered");
  await stack.answer(again, "second", "bob");
  await stack.exited(id);
  assert.ok((await stack.lines(id)).some((line) => line.startsWith("got 6 characters")));
  await second.stop();
});

test("the input record of a secret in the journal has no text", async () => {
  const worker = await stack.startWorker();
  const id = await stack.runScript(ASKS_SECRET);
  const question = await stack.asks(id, "Password");
  const kept = `${stack.directory}/kept`;
  linkSync(`${stack.dataDir}/jobs/${id}/journal`, kept);
  await stack.answer(question, "abracadabra", "alice");
  await stack.exited(id);

  const journal = readFileSync(kept, "latin1");
  assert.ok(journal.includes('"interactionId"'), "the input itself is journalled");
  assert.ok(!journal.includes("abracadabra"));
  await worker.stop();
});
