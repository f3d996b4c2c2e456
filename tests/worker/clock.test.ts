// The clock of a worker's host is wrong, or is set while jobs run: stored times are database times, and no question is
// delayed.
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { after, test, type TestContext } from "node:test";
import { query } from "#lib/db/connection.ts";
import { startStack } from "../support/stack.ts";
import { until } from "../support/until.ts";

const stack = await startStack(after);
const SKEWED = fileURLToPath(new URL("./skewed-clock.ts", import.meta.url));
const HOUR_MS = 3_600_000;
/** Maximum delay between an event and its record on a busy machine; far less than the clock skew. */
const NEAR_MS = 60_000;

async function skewed(t: TestContext, env: Record<string, string>) {
  const worker = await stack.startWorker({ ...env, NODE_OPTIONS: `--import ${SKEWED}` });
  t.after(() => worker.stop());
  return worker;
}

for (const [name, skewMs] of [
  ["ahead", 2 * HOUR_MS],
  ["behind", -2 * HOUR_MS],
] as const) {
  test(`a host whose clock is two hours ${name} stores correct times`, async (t) => {
    const worker = await skewed(t, { CLOCK_SKEW_MS: String(skewMs) });
    const id = await stack.runScript(`
      echo "10:00:00 Started sync"
      read -p "Go on? [y/N]: " a
      echo "10:00:01 Finished sync (duration: 00m 01s)"`);

    await stack.answer(await stack.asks(id, "Go on?"), true);
    await stack.exited(id);

    const rows = await query<{ what: string; off: number }>(
      stack.db,
      `select what, extract(epoch from at - now())::float8 * 1000 as off
       from (
         select 'start' as what, started_at as at from spiderpig.job where id = $1
         union all select 'end', finished_at from spiderpig.job where id = $1
         union all select 'question', asked_at from spiderpig.interaction where job_id = $1
         union all select 'phase ' || name, started_at from spiderpig.phase where job_id = $1
         union all select 'phase ' || name, finished_at from spiderpig.phase where job_id = $1
         union all select 'output ' || seq, at from spiderpig.output_chunk where job_id = $1
         union all select 'event ' || kind, at from spiderpig.job_event where job_id = $1) as times`,
      [id],
    );
    assert(rows.length > 10);
    assert.deepEqual(
      rows.filter(({ off }) => Math.abs(off) > NEAR_MS),
      [],
    );
    assert(
      worker.log().some(({ message }) => String(message).includes("clock of this host")),
      "the difference is not logged",
    );
  });
}

test("a clock that is set back repeatedly does not prevent questions", async (t) => {
  const worker = await skewed(t, { CLOCK_STEP_MS: String(-HOUR_MS) });
  const id = await stack.runScript(`echo start; read a; echo "got:$a"`);
  await stack.untilJob(id, "the start", ({ totalLines }) => totalLines > 0);
  const setting = setInterval(() => worker.signal("SIGUSR2"), 100);

  try {
    const question = await until("the question", async () => (await stack.job(id)).interactions[0]);
    await stack.answer(question, "yes");
    await stack.exited(id);
  } finally {
    clearInterval(setting);
  }

  assert((await stack.lines(id)).includes("got:yes"));
});
