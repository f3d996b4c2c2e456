import assert from "node:assert/strict";
import { test } from "node:test";
import type { ErrorMessage, ErrorRate } from "#lib/contract/error-rate.ts";
import {
  ageText,
  hasReachedServers,
  hasRisen,
  isStale,
  newFirst,
  rateText,
  sparklineOf,
} from "../../../app/text/error-rate-text.ts";

const AT = Date.UTC(2026, 10, 30, 12, 0, 20);
const RATE: ErrorRate = {
  asOf: new Date(AT).toISOString(),
  failure: null,
  perMinute: 3,
  minutes: [
    { at: "2026-11-30T11:58:00.000Z", errors: 4 },
    { at: "2026-11-30T12:00:00.000Z", errors: 0 },
  ],
  messages: [],
};
const message = (text: string, firstSeenAt: string): ErrorMessage => ({
  text,
  firstSeenAt,
  errors: 1,
  versions: [],
});

test("a rate has no more digits than it deserves", () => {
  assert.deepEqual([0, 0.2, 2.6, 1234.4].map(rateText), ["0", "<1", "3", "1,234"]);
});

test("data has its age in seconds, then in minutes, and after three minutes it is stale", () => {
  const asOf = RATE.asOf ?? "";
  assert.deepEqual(
    [0, 12_000, 240_000].map((later) => ageText(asOf, AT + later)),
    ["0 s ago", "12 s ago", "4 min ago"],
  );
  assert.deepEqual(
    [180_000, 180_001].map((later) => isStale(RATE, AT + later)),
    [false, true],
  );
});

test("errors are shown from the test servers on, and a rise is more than noise", () => {
  assert.equal(hasReachedServers("merged"), false);
  assert.equal(hasReachedServers("testservers"), true);
  assert.deepEqual([hasRisen(6, 1), hasRisen(8, 1), hasRisen(8, null)], [false, true, false]);
});

test("messages that are new since the deployment began come first", () => {
  const messages = [message("old", "2026-11-30T11:00:00.000Z"), message("new", "2026-11-30T12:00:00.000Z")];
  const order = (startedAt: string | null) => newFirst(messages, startedAt).map(({ text }) => text);
  assert.deepEqual(order("2026-11-30T11:30:00.000Z"), ["new", "old"]);
  assert.deepEqual(order(null), ["old", "new"]);
});

test("a minute that was not read is a gap, and not a minute without errors", () => {
  const last = sparklineOf(RATE).slice(-3);
  assert.deepEqual(
    last.map(({ errors }) => errors),
    [4, undefined, 0],
  );
});
