// Notifications that are not ours, or not of this version. Anybody who may connect to the database may send one.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { query } from "#lib/db/connection.ts";
import { listen } from "#lib/db/listen.ts";
import { announceAnswer, answerIn, CHANNELS, type NotifiedAnswer } from "#lib/db/notify.ts";
import { startStack } from "../support/stack.ts";
import { until } from "../support/until.ts";

const stack = await startStack(after);

test("a notification that nobody understands is a hint to look at the rows, and ends nothing", async () => {
  const worker = await stack.startWorker();
  const id = await stack.runScript(`read -p "Go on? [y/N]: " a; echo "got:$a"`);
  const question = await stack.asks(id, "Go on?");

  for (const payload of ["", "x", `${id} not json`, `${id} {}`, `${id} null`, `${id} {"promptKey": 1}`])
    for (const channel of [CHANNELS.order, CHANNELS.secret])
      await query(stack.db, "select pg_notify($1, $2)", [channel, payload]);
  await stack.answer(question, true);
  await stack.exited(id);

  assert.deepEqual((await stack.lines(id)).at(-1), "got:y");
  assert.equal(worker.isGone, false);
  await worker.stop();
});

test("an answer that somebody only tells of is not typed", async () => {
  const worker = await stack.startWorker();
  const id = await stack.runScript(`read -p "Go on? [y/N]: " a; echo "got:$a"`);
  const question = await stack.asks(id, "Go on?");
  const [row] = await query<{ promptKey: string }>(
    stack.db,
    `select prompt_key as "promptKey" from spiderpig.interaction where id = $1`,
    [question.id],
  );
  const told = {
    interactionId: question.id,
    ...row,
    kind: question.kind,
    value: true,
    answeredBy: "deployer",
  };

  for (const answerToken of [undefined, null, "", "00000000-0000-4000-8000-000000000000"])
    await query(stack.db, "select pg_notify($1, $2)", [
      CHANNELS.order,
      `${id} ${JSON.stringify({ ...told, answerToken })}`,
    ]);
  await stack.answer(question, false);
  await stack.exited(id);

  assert.deepEqual((await stack.lines(id)).at(-1), "got:n");
  await worker.stop();
});

test("the proof of one answer, overheard, proves nothing of another question", async () => {
  const heard: NotifiedAnswer[] = [];
  let isListening = false;
  const listener = listen({
    databaseUrl: stack.url,
    channels: ["order"],
    onNotification: (_channel, _jobId, rest) => void heard.push(...[answerIn(rest) ?? []].flat()),
    onGap: () => (isListening = true),
  });
  await until("somebody to listen", () => isListening);
  const worker = await stack.startWorker();
  const id = await stack.runScript(`
    read -p "Go on? [y/N]: " a; read -p "Really? [y/N]: " b; echo "got:$a$b"`);
  await stack.answer(await stack.asks(id, "Go on?"), true);
  const second = await stack.asks(id, "Really?");
  const [first] = heard;

  await query(stack.db, "select pg_notify($1, $2)", [
    CHANNELS.order,
    `${id} ${JSON.stringify({ ...first, interactionId: second.id })}`,
  ]);
  await stack.answer(second, true);
  await stack.exited(id);

  assert.equal((await stack.lines(id)).at(-1), "got:yy");
  await listener.close();
  await worker.stop();
});

test("every value of an answer is in its notification: the worker need not read the row", () => {
  for (const value of [true, "y", { key: "down" } as const, null]) {
    const answer: NotifiedAnswer = {
      interactionId: 34,
      promptKey: "r1",
      kind: "screen",
      value,
      answeredBy: "deployer",
      answerToken: "token",
    };
    const { payload } = announceAnswer(12, answer);
    assert.deepEqual(answerIn(payload.slice("12 ".length)), answer);
  }
});
