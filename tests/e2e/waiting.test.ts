// Unanswered questions: reminders on the page and as notifications, and the effect of an expiry policy.
import type { Page } from "@playwright/test";
import { type Database, transaction } from "#lib/db/connection.ts";
import { finishJob } from "#lib/db/runs.ts";
import { aJob } from "../seed/seed.ts";
import { QUESTIONS } from "../seed/seed-questions.ts";
import { storeReminder } from "./support/reminder.ts";
import { expect, test } from "./support/test.ts";
import { expectTabIcon } from "./support/tab-icon.ts";

/** The worker sends reminders after ten minutes, and checks four times a minute. */
const SOON = { timeout: 120_000 };
const IN_AN_HOUR = { afterMs: 3_600_000, action: "interrupt" } as const;

/** A question that was asked `minutes` ago, by a job on an unreachable host, which therefore does not end. */
function waiting(db: Database, lane: string, minutes: number) {
  return aJob(db, { lane, at: new Date(Date.now() - minutes * 60_000), changes: [1234] }).waiting({
    on: { ...QUESTIONS.choices, expiry: IN_AN_HOUR },
  });
}

/** Records the notifications of a background tab. */
function recordNotifications(page: Page): Promise<unknown> {
  return page.addInitScript(() => {
    const shown: string[] = [];
    class Recorder extends EventTarget {
      static readonly permission = "granted";
      constructor(title: string, { tag, body }: NotificationOptions) {
        super();
        shown.push(`${title} [${tag}]: ${body}`);
      }
      close(): void {}
    }
    Object.assign(window, { Notification: Recorder, shown });
    document.hasFocus = () => false;
  });
}

test("a reminder updates the page and shows a notification", async ({ signedIn, world }) => {
  const { page, job } = await signedIn("deployer");
  await recordNotifications(page);
  const { id, pendingId } = await waiting(world.db, "reminded", 0);
  await page.addInitScript((watched) => localStorage.setItem("spiderpig.watched-jobs", String(watched)), id);

  await job.open(id);
  await expect(job.question).toContainText(/Waiting (\d+m )?\d+s/);
  await expect(job.question).toContainText(/Expires at \d\d:\d\d UTC: scap will be interrupted/);
  await expect(job.question).not.toContainText("reminder");
  await expect(page).toHaveTitle(
    new RegExp(`^● Job ${id} asks: Testserver checks failed\\. What do you want to do\\?`),
  );
  await expectTabIcon(page, /^\/icon-waiting\.svg$/);
  const notifications = () => page.evaluate(() => (window as unknown as { shown: string[] }).shown);
  await expect
    .poll(notifications)
    .toEqual([
      `Job ${id} is waiting for input [spiderpig-question-${pendingId}-0]: Testserver checks failed. What do you want to do?\n1234 Subject of change 1234`,
    ]);

  await storeReminder(world.db, pendingId ?? 0);

  await expect(job.question).toContainText(/1 reminder/);
  await expect(page).toHaveTitle(new RegExp(`^● 10 min · Job ${id} asks`));
  await expect
    .poll(notifications)
    .toContainEqual(
      expect.stringMatching(
        `^Job ${id} has been waiting for input for 10 min \\[spiderpig-question-${pendingId}-1\\]`,
      ),
    );
});

test("the worker sends a reminder for an old question, and lists show how long it has been waiting", async ({
  signedIn,
  world,
}) => {
  const { id } = await waiting(world.db, "long-ago", 75);
  await aJob(world.db, { lane: "long-ago" }).queued();
  const { page, home } = await signedIn("deployer");

  await home.open();

  const card = page.getByRole("region", { name: `Question of job ${id}` });
  await expect(card).toContainText(/Waiting 1h 1\dm/);
  await expect(card).toContainText(/1 reminder/, SOON);
  await expect(page).toHaveTitle(/^● \d+ questions?, waiting 1 h 1\d min · SpiderPig/);
  await expect(page.getByText(/waiting for input for 1 h 1\d min/).first()).toBeVisible();
});

test("a job that ended by policy says so", async ({ signedIn, world }) => {
  const { id } = await aJob(world.db, { lane: "ended" })
    .askedUntilExpiry("yes_no", 3600)
    .failed("interrupted");
  const { page, job } = await signedIn("viewer");

  await job.open(id);

  await expect(
    page.getByText(
      "The question was not answered in time, so scap was interrupted by policy at “Backport the changes?”.",
    ),
  ).toBeVisible();
  await expect(job.questions).toContainText("Not answered in time. scap was interrupted by policy.");
  await expect(page.getByText("policy (no answer)")).toBeVisible();
});

test("a hidden tab shows a notification when a watched job ends", async ({ signedIn, world }) => {
  const { id } = await aJob(world.db, {
    lane: "watched-to-the-end",
    host: "away",
    changes: [1234],
  }).running();
  const { page, job } = await signedIn("deployer");
  await recordNotifications(page);
  await page.addInitScript((watched) => localStorage.setItem("spiderpig.watched-jobs", String(watched)), id);
  await page.addInitScript(() => {
    Object.defineProperty(document, "visibilityState", { get: () => "hidden" });
  });
  await job.open(id);
  await job.isIn("Running");

  await transaction(world.db, (tx) =>
    finishJob(
      tx,
      { jobId: id, epoch: 1 },
      { state: "succeeded", outcome: "completed", exitCode: 0, exitSignal: null, at: new Date() },
    ),
  );

  await expect
    .poll(() => page.evaluate(() => (window as unknown as { shown: string[] }).shown))
    .toEqual([`Job ${id} has finished: Deployed [spiderpig-ended-${id}]: 1234 Subject of change 1234`]);
});

test("without support for notifications the page says so, and shows the question", async ({
  signedIn,
  world,
}) => {
  const { id } = await waiting(world.db, "no-notifications", 0);
  for (const permission of ["granted", "default"]) {
    const { page, job } = await signedIn("deployer");
    await page.addInitScript((given) => {
      // Mobile browsers have the class, but its constructor throws.
      class Refusing {
        static readonly permission = given;
        constructor() {
          throw new TypeError("Illegal constructor");
        }
      }
      Object.assign(window, { Notification: Refusing });
      document.hasFocus = () => false;
    }, permission);
    await page.addInitScript(
      (watched) => localStorage.setItem("spiderpig.watched-jobs", String(watched)),
      id,
    );
    await job.open(id);
    await expect(job.button(/Retry/)).toBeEnabled();
    if (permission === "granted") continue;

    await page.getByRole("button", { name: "Notify me when this job needs input or finishes" }).click();

    await expect(page.getByText("This browser doesn’t support notifications.")).toBeVisible();
  }
});
