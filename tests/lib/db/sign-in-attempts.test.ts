// Backoff between sign-in attempts for one account, in hours, so that no delay ends while a test runs.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { query } from "#lib/db/connection.ts";
import { countSignInAttempt, forgetSignInAttempts } from "#lib/db/sign-in-attempts.ts";
import { openTestDatabase } from "../../support/database.ts";

const HOUR_MS = 3_600_000;
const PACE = { freeAttempts: 5, pauseMs: HOUR_MS, pauseMaxMs: 10 * HOUR_MS, quietMs: 20 * HOUR_MS };

const { db } = await openTestDatabase(after);

const attempt = (key: string) => countSignInAttempt(db, key, PACE);
/** As if this much time had passed since the last attempt. */
const later = (key: string, ms: number) =>
  query(db, "update auth.rate_limit set last_request = last_request - $2::bigint where key = $1", [key, ms]);

test("of many concurrent attempts only those without a delay are made, and those that must wait do not count", async () => {
  const waits = await Promise.all(Array.from({ length: 40 }, () => attempt("at once")));

  assert.equal(waits.filter((wait) => wait === 0).length, 5);
  for (const wait of waits) assert.ok(wait <= HOUR_MS, `${wait} ms is no longer than the first delay`);
});

test("the delay doubles up to its maximum, which is never exceeded", async () => {
  for (let count = 0; count < 5; count += 1) assert.equal(await attempt("growing"), 0);

  for (const hours of [1, 2, 4, 8, 10, 10, 10]) {
    const wait = await attempt("growing");
    assert.ok(wait > (hours - 0.5) * HOUR_MS && wait <= hours * HOUR_MS, `${wait} ms for ${hours} hours`);
    await later("growing", (hours - 0.5) * HOUR_MS);
    assert.notEqual(await attempt("growing"), 0, "half an hour too early");
    await later("growing", 0.5 * HOUR_MS);
    assert.equal(await attempt("growing"), 0);
  }
});

test("a success, or enough time without attempts, resets the delay", async () => {
  for (const forget of [
    () => forgetSignInAttempts(db, "forgotten"),
    () => later("forgotten", 20 * HOUR_MS),
  ]) {
    while ((await attempt("forgotten")) === 0);
    await forget();
    for (let count = 0; count < 5; count += 1) assert.equal(await attempt("forgotten"), 0);
    assert.notEqual(await attempt("forgotten"), 0);
    await forgetSignInAttempts(db, "forgotten");
  }
});
