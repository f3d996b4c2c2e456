import assert from "node:assert/strict";
import { test } from "node:test";
import { concurrencyLimit } from "#lib/domain/concurrency.ts";

test("at most so many run at once, in their order, and a failure frees its place", async () => {
  const limited = concurrencyLimit(2);
  const started: number[] = [];
  let running = 0;
  let most = 0;
  const results = await Promise.allSettled(
    [1, 2, 3, 4, 5].map((number) =>
      limited(async () => {
        started.push(number);
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        if (number === 2) throw new Error("refused");
        return number;
      }),
    ),
  );
  assert.deepEqual(started, [1, 2, 3, 4, 5]);
  assert.equal(most, 2);
  assert.deepEqual(
    results.map(({ status }) => status),
    ["fulfilled", "rejected", "fulfilled", "fulfilled", "fulfilled"],
  );
});
