// Unanswered questions: reminders on the page, and the effect of an expiry policy.
import type { Database } from "#lib/db/connection.ts";
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

test("a reminder updates the page and the title of its tab", async ({ signedIn, world }) => {
  const { page, job } = await signedIn("deployer");
  const { id, pendingId } = await waiting(world.db, "reminded", 0);

  await job.open(id);
  await expect(job.question).toContainText(/Waiting (\d+m )?\d+s/);
  await expect(job.question).toContainText(/Expires at (\d+ \w+, )?\d\d:\d\d UTC: scap will be interrupted/);
  await expect(job.question).not.toContainText("reminder");
  await expect(page).toHaveTitle(
    new RegExp(`^● Job ${id} asks: Testserver checks failed\\. What do you want to do\\?`),
  );
  await expectTabIcon(page, /^\/icon-waiting\.svg$/);

  await storeReminder(world.db, pendingId ?? 0);

  await expect(job.question).toContainText(/1 reminder/);
  await expect(page).toHaveTitle(new RegExp(`^● 10 min · Job ${id} asks`));
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
