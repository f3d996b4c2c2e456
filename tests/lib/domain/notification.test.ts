// When a device is notified, and of what. Quiet hours, reminders and withdrawal are combinations of what is tested here.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  DEFAULT_NOTIFICATION_SETTINGS,
  isNotified,
  isTimeZone,
  type NotificationSettings,
  type NotifiedJob,
  planPush,
  type Recipient,
  retryDelayMs,
} from "#lib/domain/notification.ts";

const ASKED_AT = new Date("2026-03-10T12:00:00Z");
const after = (minutes: number) => new Date(ASKED_AT.getTime() + minutes * 60_000);

const WAITING: NotifiedJob = {
  state: "waiting",
  responsible: "alice",
  finishedAt: null,
  question: { id: 34, kind: "yes_no", askedAt: ASKED_AT },
};
const RUNNING: NotifiedJob = { ...WAITING, state: "running", question: undefined };
const ENDED: NotifiedJob = { ...RUNNING, state: "succeeded", finishedAt: ASKED_AT };

const NOTHING_SENT = { notice: null, interactionId: null, reminders: 0, at: null, retryAt: null };
const QUESTION_SENT = { ...NOTHING_SENT, notice: "question", interactionId: 34, at: ASKED_AT } as const;

function to(
  settings: Partial<NotificationSettings> = {},
  more: Partial<Omit<Recipient, "settings">> = {},
): Recipient {
  return {
    userName: "alice",
    settings: { ...DEFAULT_NOTIFICATION_SETTINGS, ...settings },
    isWatching: null,
    sent: NOTHING_SENT,
    ...more,
  };
}

test("a question is sent once, and withdrawn when it is over", () => {
  assert.deepEqual(planPush(WAITING, to(), after(0)), {
    send: { notice: "question", interactionId: 34, reminders: 0 },
  });
  assert.deepEqual(planPush(WAITING, to({}, { sent: QUESTION_SENT }), after(1)), { checkAt: after(10) });
  assert.deepEqual(planPush(RUNNING, to({}, { sent: QUESTION_SENT }), after(1)), {
    send: { notice: "withdrawn", interactionId: 34 },
  });
  const withdrawn = { ...QUESTION_SENT, notice: "withdrawn" } as const;
  assert.deepEqual(planPush(RUNNING, to({}, { sent: withdrawn }), after(2)), {});
});

test("a question that is over before it was sent is never sent", () => {
  assert.deepEqual(planPush(RUNNING, to(), after(0)), {});
});

test("the next question replaces the previous one without a withdrawal", () => {
  const sent = { ...QUESTION_SENT, interactionId: 33, reminders: 4 };

  assert.deepEqual(planPush(WAITING, to({}, { sent }), after(0)), {
    send: { notice: "question", interactionId: 34, reminders: 0 },
  });
});

test("people choose of which jobs they are notified, and a watched job is an exception", () => {
  const names = { alice: { userName: "alice" }, bob: { userName: "bob" } };
  const of = (userName: string, jobs: NotificationSettings["jobs"], isWatching: boolean | null) =>
    isNotified(WAITING, { userName, settings: { jobs }, isWatching });
  const choices = [null, true, false] as const;
  const table = (jobs: NotificationSettings["jobs"]) =>
    Object.keys(names).map((name) => choices.map((isWatching) => of(name, jobs, isWatching)));

  assert.deepEqual(table("mine"), [
    [true, true, false],
    [false, true, false],
  ]);
  assert.deepEqual(table("watched"), [
    [false, true, false],
    [false, true, false],
  ]);
  assert.deepEqual(table("all"), [
    [true, true, false],
    [true, true, false],
  ]);
  assert.deepEqual(table("none"), [
    [false, false, false],
    [false, false, false],
  ]);
});

test("a question that the person no longer wants is withdrawn", () => {
  assert.deepEqual(planPush(WAITING, to({ jobs: "none" }, { sent: QUESTION_SENT }), after(1)), {
    send: { notice: "withdrawn", interactionId: 34 },
  });
});

test("reminders come with a doubling interval, until the question is answered", () => {
  let sent: Recipient["sent"] = QUESTION_SENT;
  const sentAfter: number[] = [];
  for (let minute = 0; minute <= 200; minute += 1) {
    const { send } = planPush(WAITING, to({ reminderMinutes: 10 }, { sent }), after(minute));
    if (send?.notice !== "question") continue;
    sentAfter.push(minute);
    sent = { ...QUESTION_SENT, reminders: send.reminders, at: after(minute) };
  }

  assert.deepEqual(sentAfter, [10, 30, 70, 130, 190]);
  assert.deepEqual(planPush(WAITING, to({ reminderMinutes: null }, { sent: QUESTION_SENT }), after(600)), {});
});

test("quiet hours hold a question back until they end, in the person's time zone and over midnight", () => {
  // 12:00 UTC is 21:00 in Tokyo.
  const quietHours = { from: "20:30", to: "07:00", timeZone: "Asia/Tokyo" };
  const end = new Date("2026-03-10T22:00:00Z");

  assert.deepEqual(planPush(WAITING, to({ quietHours }), after(0)), { checkAt: end });
  assert.deepEqual(planPush(WAITING, to({ quietHours }), end), {
    send: { notice: "question", interactionId: 34, reminders: 0 },
  });
  const berlin = { ...quietHours, timeZone: "Europe/Berlin" };
  assert.notEqual(planPush(WAITING, to({ quietHours: berlin }), after(0)).send, undefined);
});

test("quiet hours hold reminders back as well, and never a withdrawal", () => {
  const quietHours = { from: "12:05", to: "14:00", timeZone: "UTC" };

  assert.deepEqual(planPush(WAITING, to({ quietHours }, { sent: QUESTION_SENT }), after(1)), {
    checkAt: after(120),
  });
  assert.notEqual(planPush(RUNNING, to({ quietHours }, { sent: QUESTION_SENT }), after(10)).send, undefined);
});

test("quiet hours end at the right time when the clocks change during them", () => {
  // In Berlin the clocks go from 02:00 to 03:00 on 29 March 2026.
  const quietHours = { from: "22:00", to: "07:00", timeZone: "Europe/Berlin" };
  const job = {
    ...WAITING,
    question: { id: 34, kind: "yes_no", askedAt: new Date("2026-03-28T23:00:00Z") },
  } as const;
  let now = job.question.askedAt;
  for (let checks = 0; checks < 5; checks += 1) {
    const { checkAt } = planPush(job, to({ quietHours }), now);
    if (checkAt === undefined) break;
    now = checkAt;
  }

  assert.ok(
    now >= new Date("2026-03-29T05:00:00Z") && now <= new Date("2026-03-29T06:00:00Z"),
    now.toISOString(),
  );
});

test("the end of a job is sent to the person who started it, if they want that", () => {
  assert.deepEqual(planPush(ENDED, to(), after(1)), { send: { notice: "ended" } });
  assert.deepEqual(planPush(ENDED, to({}, { sent: QUESTION_SENT }), after(1)), { send: { notice: "ended" } });
  assert.deepEqual(planPush(ENDED, to({ jobEnded: false }), after(1)), {});
  assert.deepEqual(planPush(ENDED, to({ jobs: "all" }, { userName: "bob" }), after(1)), {});
  assert.deepEqual(planPush(ENDED, to({}, { isWatching: false }), after(1)), {});
  const sent = { ...NOTHING_SENT, notice: "ended", at: after(1) } as const;
  assert.deepEqual(planPush(ENDED, to({}, { sent }), after(2)), {});
});

test("an end that is an hour old is no news, and quiet hours drop it", () => {
  assert.deepEqual(planPush(ENDED, to(), after(61)), {});
  const quietHours = { from: "11:00", to: "13:00", timeZone: "UTC" };
  assert.deepEqual(planPush(ENDED, to({ quietHours }), after(1)), {});
});

test("while people press keys in a program, the questions between two keys are not sent", () => {
  const screen = { ...WAITING, question: { id: 34, kind: "screen", askedAt: ASKED_AT } } as const;

  assert.deepEqual(planPush(screen, to(), after(0)), { checkAt: new Date(ASKED_AT.getTime() + 5000) });
  assert.notEqual(planPush(screen, to(), after(1)).send, undefined);
});

test("after an error nothing is sent before the push service may be tried again", () => {
  const sent = { ...NOTHING_SENT, retryAt: after(3) };

  assert.deepEqual(planPush(WAITING, to({}, { sent }), after(1)), { checkAt: after(3) });
  assert.notEqual(planPush(WAITING, to({}, { sent }), after(3)).send, undefined);
});

test("retries back off exponentially, and not before the push service allows one", () => {
  assert.deepEqual(
    [1, 2, 3, 10, 1000].map((failures) => retryDelayMs(failures)),
    [5000, 10_000, 20_000, 300_000, 300_000],
  );
  assert.equal(retryDelayMs(1, 60_000), 60_000);
});

test("time zones are those that the runtime knows", () => {
  assert.deepEqual(["Europe/Berlin", "UTC", "Mars/Olympus", ""].map(isTimeZone), [true, true, false, false]);
});
