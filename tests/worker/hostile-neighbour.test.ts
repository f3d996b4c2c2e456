// One job's output never affects another job, whatever it prints: all jobs of a worker share its thread.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { query } from "#lib/db/connection.ts";
import { startStack } from "../support/stack.ts";
import { until } from "../support/until.ts";

const stack = await startStack(after);
let worker = await stack.startWorker();

const ASK = `read -p "Continue? [y/N]: " answer; echo "got:$answer"`;
const ROUNDS = 5;
/** Twice the time is acceptable to a deployer; the rest is a margin for a machine that runs other tests too. */
const RATIO_MAX = 4;

/** Escape sequences before text, scrolling, erasing, huge numbers, and the beginning of a message of scap. */
const HOSTILE_LINE = String.raw`\033[m\033[m\033[1;31m\033[2147483647S\033[999999999b\033[2J\r\r{"\033]8;;x\033]0;12:00:00 Started`;
/** More than the worker can process meanwhile, less than would fill a disk. */
const FLOOD = `line=$(printf '${HOSTILE_LINE}'); exec yes "$line$line$line$line" | head -c 200000000`;

/** A job of another lane starts, asks, is answered and ends. */
async function deploymentMs(lane: string): Promise<number> {
  const begunAt = performance.now();
  const id = await stack.runScript(ASK, { lane });
  await stack.answer(await stack.asks(id, "Continue?"), true);
  await stack.exited(id);
  return performance.now() - begunAt;
}

async function storedBytes(id: number): Promise<number> {
  const [row] = await query<{ bytes: number }>(
    stack.db,
    "select output_bytes::float8 as bytes from spiderpig.job where id = $1",
    [id],
  );
  return row?.bytes ?? 0;
}

async function medianMs(lane: string): Promise<number> {
  const took: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) took.push(await deploymentMs(lane));
  return took.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
}

test("while a job prints hostile output at full speed, a job of another lane starts, asks and is answered", async (t) => {
  await deploymentMs("quiet");
  const alone = await medianMs("quiet");
  const hostile = await stack.runScript(FLOOD, { lane: "hostile" });
  await until("the flood", async () => (await storedBytes(hostile)) > 1_000_000);

  const beside = await medianMs("quiet");

  const { outcome } = await stack.job(hostile);
  assert.equal(outcome, null, "the flood is over: nothing was measured");
  t.diagnostic(`${Math.round(alone)} ms alone, ${Math.round(beside)} ms during a flood`);
  const ratio = beside / alone;
  assert.ok(ratio <= RATIO_MAX, `${beside} ms during the flood, ${alone} ms alone`);
  await stack.signal(hostile, "kill");
  await stack.ended(hostile, "killed");
});

const burst = (line: string) => `line=$(printf '%s' '${line}'); for n in $(seq 20); do
  printf "$line%.0s" $(seq 21000); echo x; done`;

test("a burst of escape sequences costs about as much as plain text of the same length, also after a failover", async () => {
  const tookMs = async (script: string) => {
    const begunAt = performance.now();
    const id = await stack.runScript(script, { lane: "burst" });
    await stack.exited(id);
    return { id, tookMs: performance.now() - begunAt };
  };
  await tookMs(burst("abc"));
  const text = await tookMs(burst("abc"));
  const escapes = await tookMs(burst(String.raw`\e[m`));

  assert.ok(
    escapes.tookMs <= RATIO_MAX * text.tookMs,
    `${escapes.tookMs} ms, and ${text.tookMs} ms for as much text`,
  );
  assert.deepEqual(
    await stack.lines(escapes.id),
    Array.from({ length: 20 }, () => "x"),
  );

  const id = await stack.runScript(`${burst(String.raw`\e[m`)}; ${ASK}`, { lane: "burst" });
  await stack.asks(id, "Continue?");
  await worker.die();
  worker = await stack.startWorker();
  await until("the takeover", () =>
    worker.log().some((line) => line["message"] === "job: taken over" && line["jobId"] === id),
  );
  await stack.answer(await stack.asks(id, "Continue?"), true);
  await stack.exited(id);
  assert.deepEqual(
    (await stack.lines(id)).slice(0, 20),
    Array.from({ length: 20 }, () => "x"),
  );
});
