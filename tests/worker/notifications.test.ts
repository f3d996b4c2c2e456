// Notifications that are not ours, or not of this version. Anybody who may connect to the database may send one.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { query } from "#lib/db/connection.ts";
import { CHANNELS } from "#lib/db/notify.ts";
import { startStack } from "../support/stack.ts";

const stack = await startStack(after);

test("a notification that nobody understands is a hint to look at the rows, and ends nothing", async () => {
  const worker = await stack.startWorker();
  const id = await stack.runScript(`read -p "Go on? [y/N]: " a; echo "got:$a"`);
  const question = await stack.asks(id, "Go on?");

  for (const payload of ["", "x", `${id} not json`, `${id} {}`, `${id} null`, `${id} {"promptKey": 1}`])
    for (const channel of [CHANNELS.order, CHANNELS.secret])
      await query(stack.db, "select pg_notify($1, $2)", [channel, payload]);
  await stack.answer(question, true);
  await stack.ended(id, "completed");

  assert.deepEqual((await stack.lines(id)).at(-1), "got:y");
  assert.equal(worker.isGone, false);
  await worker.stop();
});
