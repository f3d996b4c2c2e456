import assert from "node:assert/strict";
import { test } from "node:test";
import { recentReads } from "#lib/gerrit/recent.ts";

function aSource({ maxAgeMs = 60_000, isReusable = true } = {}) {
  let running = 0;
  const seen: number[] = [];
  let most = 0;
  const read = recentReads(
    async (number: number) => {
      seen.push(number);
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      if (number < 0) throw new Error("refused");
      return number * 2;
    },
    String,
    { maxAgeMs, concurrent: 2, isReusable: () => isReusable },
  );
  return { read, seen, most: () => most };
}

test("at most so many reads run at once, and all of them get their result", async () => {
  const { read, most } = aSource();
  const results = await Promise.all([1, 2, 3, 4, 5].map((number) => read(number)));
  assert.deepEqual(results, [2, 4, 6, 8, 10]);
  assert.equal(most(), 2);
});

test("a result is reused while it is recent, and a failure or an incomplete result is not", async () => {
  const recent = aSource();
  await recent.read(1);
  await recent.read(1);
  assert.deepEqual(recent.seen, [1]);
  await assert.rejects(recent.read(-1));
  await assert.rejects(recent.read(-1));
  assert.deepEqual(recent.seen, [1, -1, -1]);
  const incomplete = aSource({ isReusable: false });
  await incomplete.read(1);
  await incomplete.read(1);
  assert.deepEqual(incomplete.seen, [1, 1]);
});
