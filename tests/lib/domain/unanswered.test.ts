import assert from "node:assert/strict";
import { test } from "node:test";
import { nextReminderAt } from "#lib/domain/unanswered.ts";

const ASKED = new Date("2026-11-20T12:00:00Z");
const MINUTE_MS = 60_000;

/** Minutes after the question at which reminders are sent, if they are checked continuously. */
function reminders(afterMinutes: number, count: number): (number | undefined)[] {
  let remindedAt: Date | null = null;
  return Array.from({ length: count }, (_, done) => {
    const next = nextReminderAt({ askedAt: ASKED, remindedAt, reminders: done }, afterMinutes * MINUTE_MS);
    remindedAt = next ?? null;
    return next === undefined ? undefined : (next.getTime() - ASKED.getTime()) / MINUTE_MS;
  });
}

test("reminders are sent with exponential backoff, at most an hour apart", () => {
  assert.deepEqual(reminders(10, 6), [10, 30, 70, 130, 190, 250]);
  assert.deepEqual(reminders(1, 8), [1, 3, 7, 15, 31, 63, 123, 183]);
});

test("an interval that is longer than an hour from the start stays constant", () => {
  assert.deepEqual(reminders(90, 3), [90, 180, 270]);
});

test("zero disables reminders", () => {
  assert.deepEqual(reminders(0, 2), [undefined, undefined]);
});

test("a worker that was stopped for long sends one reminder, not one for each missed reminder", () => {
  const morning = new Date(ASKED.getTime() + 600 * MINUTE_MS);

  const next = nextReminderAt({ askedAt: ASKED, remindedAt: morning, reminders: 1 }, 10 * MINUTE_MS);

  assert.equal(next?.getTime(), morning.getTime() + 20 * MINUTE_MS);
});

test("after a thousand reminders the time is still valid", () => {
  const next = nextReminderAt({ askedAt: ASKED, remindedAt: ASKED, reminders: 2000 }, MINUTE_MS);

  assert.equal(next?.getTime(), ASKED.getTime() + 60 * MINUTE_MS);
});
