// Forged notifications: any role that may connect to the database may send one.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { query } from "#lib/db/connection.ts";
import { CHANNELS } from "#lib/db/notify.ts";
import { startStack } from "../support/stack.ts";

const stack = await startStack(after);

test("a notification cannot answer a question or end a worker, whatever it contains", async () => {
  const worker = await stack.startWorker();
  const id = await stack.runScript(`read -p "Go on? [y/N]: " a; echo "got:$a"`);
  const question = await stack.asks(id, "Go on?");
  const answer = { interactionId: question.id, promptKey: "r1", kind: question.kind, value: true };

  const payloads = ["", "x", `${id} not json`, `${id} ${question.id} y`, `${id} ${JSON.stringify(answer)}`];
  const [queue] = await query<{ channel: string }>(
    stack.db,
    "select 'pgboss_' || left(encode(sha224('pgboss'), 'hex'), 24) as channel",
  );
  for (const channel of [CHANNELS.secret, queue?.channel ?? ""]) {
    for (const payload of payloads) await query(stack.db, "select pg_notify($1, $2)", [channel, payload]);
  }
  await stack.answer(question, false);
  await stack.exited(id);

  assert.equal((await stack.lines(id)).at(-1), "got:n");
  assert.equal(worker.isGone, false);
  await worker.stop();
});
