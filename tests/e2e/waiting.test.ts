// A question that nobody answers, as people see it: the page is told of a reminder by itself, and says what a policy
// will do and what it has done.
import type { Database } from "#lib/db/connection.ts";
import { query } from "#lib/db/connection.ts";
import { aJob } from "../support/seed.ts";
import { QUESTIONS } from "../support/seed-questions.ts";
import { expect, test } from "./support/story.ts";

/** The world's own worker reminds after ten minutes, and looks four times a minute. */
const SOON = { timeout: 60_000 };
const IN_AN_HOUR = { afterMs: 3_600_000, action: "interrupt" } as const;

/** Asked so long ago, by a scap of a host that is away: nobody ends it. */
function waiting(db: Database, lane: string, minutes: number) {
  return aJob(db, { lane, at: new Date(Date.now() - minutes * 60_000), changes: [1234] }).waiting({
    on: { ...QUESTIONS.choices, expiry: IN_AN_HOUR },
  });
}

test("a reminder reaches the page and calls the person by itself", async ({ signedIn, world }) => {
  const { page, job } = await signedIn("deployer");
  await page.addInitScript(() => {
    // What the browser would show, and that nobody looks at the tab.
    const shown: string[] = [];
    class Recorder extends EventTarget {
      static readonly permission = "granted";
      constructor(title: string, options: NotificationOptions) {
        super();
        shown.push(`${title} [${options.tag}]`);
      }
      close(): void {}
    }
    Object.assign(window, { Notification: Recorder, shown });
    document.hasFocus = () => false;
  });
  const { id, pendingId } = await waiting(world.db, "reminded", 0);
  await page.addInitScript((watched) => localStorage.setItem("spiderpig.watched-jobs", String(watched)), id);

  await job.open(id);
  await expect(job.question).toContainText(/Waiting \d+s/);
  await expect(job.question).toContainText(/Expires at \S+: scap will be interrupted/);
  await expect(job.question).not.toContainText("Reminded");
  await expect(page).toHaveTitle(new RegExp(`^● Job ${id} asks: What do you want to do\\?`));
  const notifications = () => page.evaluate(() => (window as unknown as { shown: string[] }).shown);
  expect(await notifications()).toEqual([
    `Job ${id} waits for an answer [spiderpig-question-${pendingId}-0]`,
  ]);

  // What the worker writes after ten minutes.
  await query(
    world.db,
    `with reminded as (
       update spiderpig.interaction
       set reminded_at = asked_at + interval '10 minutes', reminder_count = 1
       where id = $1
       returning job_id
     ), counted as (
       update spiderpig.job set event_seq = event_seq + 1 where id = (select job_id from reminded)
       returning id, event_seq
     )
     insert into spiderpig.job_event (job_id, seq, kind, interaction_id)
     select id, event_seq, 'interaction_reminded', $1 from counted`,
    [pendingId],
  );
  await query(world.db, "select pg_notify('spiderpig_job', $1)", [String(id)]);

  await expect(job.question).toContainText(/Reminded at \S+/);
  await expect(page).toHaveTitle(new RegExp(`^● 10 min · Job ${id} asks`));
  await expect
    .poll(notifications)
    .toContain(`Job ${id} still waits for an answer, for 10 min [spiderpig-question-${pendingId}-1]`);
});

test("the worker reminds of a question that was asked long ago, and lists say how long it waits", async ({
  signedIn,
  world,
}) => {
  const { id } = await waiting(world.db, "long-ago", 75);
  await aJob(world.db, { lane: "long-ago" }).queued();
  const { page, home } = await signedIn("deployer");

  await home.open();

  const card = page.getByRole("region", { name: `Question of job ${id}` });
  await expect(card).toContainText(/Waiting 1h 1\dm/);
  await expect(card).toContainText(/Reminded at \S+/, SOON);
  await expect(page).toHaveTitle(/^● \d+ questions?, waiting 1 h 1\d min · SpiderPig/);
  await expect(page.getByText(/waits for an answer for 1 h 1\d min/).first()).toBeVisible();
});

test("whoever comes back to a job that a policy ended is told so", async ({ signedIn, world }) => {
  const { id } = await aJob(world.db, { lane: "ended" })
    .askedUntilExpiry("yes_no", 3600)
    .failed("interrupted");
  const { page, job } = await signedIn("viewer");

  await job.open(id);

  await expect(page.getByText("Nobody had answered “Backport the changes?” in time")).toBeVisible();
  await expect(job.questions).toContainText("Nobody answered in time; by policy scap was interrupted.");
  await expect(page.getByText("policy (nobody answered)")).toBeVisible();
});
