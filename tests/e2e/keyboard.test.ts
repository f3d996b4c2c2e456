// Keyboard focus and announcements: focus is never lost, and new questions are announced to screen readers.
import type { Locator } from "@playwright/test";
import { transaction } from "#lib/db/connection.ts";
import { askInteraction } from "#lib/db/interactions.ts";
import { finishJob } from "#lib/db/runs.ts";
import { aJob } from "../seed/seed.ts";
import { QUESTIONS } from "../seed/seed-questions.ts";
import { keepHeartbeatFresh } from "../seed/heartbeats.ts";
import { expect, test, type Person } from "./support/test.ts";

/** The focused element: its focus target (or tag name), and whether it is a button. */
function focus({ page }: Person) {
  return expect.poll(() =>
    page.evaluate(() => {
      const focused = document.activeElement;
      const target = focused?.closest<HTMLElement>("[data-focus-target]")?.dataset.focusTarget;
      return { in: target ?? focused?.tagName.toLowerCase(), isButton: focused?.tagName === "BUTTON" };
    }),
  );
}

/** Waits until the button accepts clicks. */
async function pressEnter(button: Locator): Promise<void> {
  await expect(button).toBeEnabled();
  await button.press("Enter");
}

for (const [index, where] of ["the home page", "its own page"].entries()) {
  test(`on ${where} focus stays with the job, from the answer to the next question and to the end`, async ({
    signedIn,
    world,
  }) => {
    const { id } = await aJob(world.db, { lane: `place-${index}` }).waiting({ on: "choices" });
    // The notice of an unresponsive worker would move the buttons, which then ignore clicks for a moment.
    await keepHeartbeatFresh(world.db, id);
    await aJob(world.db, { lane: `past-${index}` }).succeeded();
    const person = await signedIn("deployer");
    const { page, home, job } = person;
    await (where === "the home page" ? home.open() : job.open(id));
    const question = page.getByRole("region", { name: `Question of job ${id}`, exact: true });

    await pressEnter(question.getByRole("button", { name: "Retry testserver checks" }));
    await expect(question).toHaveCount(0);
    await focus(person).toEqual({ in: `job ${id}`, isButton: false });

    await transaction(world.db, (tx) =>
      askInteraction(tx, id, { ...QUESTIONS.choices, promptKey: "the next", line: 1, askedAt: new Date() }),
    );
    await expect(question).toBeVisible();
    await focus(person).toEqual({ in: `job ${id}`, isButton: false });

    // A destructive answer is confirmed in a dialog, which is removed too.
    await pressEnter(question.getByRole("button", { name: /Roll back/ }));
    await pressEnter(job.confirmation.getByRole("button", { name: /Roll back/ }));
    await expect(question).toHaveCount(0);
    await focus(person).toEqual({ in: `job ${id}`, isButton: false });

    const end = () =>
      transaction(world.db, (tx) =>
        finishJob(
          tx,
          { jobId: id, epoch: 1 },
          { state: "failed", outcome: "rolled_back", exitCode: 1, exitSignal: null, at: new Date() },
        ),
      );
    if (where === "its own page") {
      await end();
      await job.isIn("Rolled back");
      await focus(person).toEqual({ in: `job ${id}`, isButton: false });
    } else {
      // Focus elsewhere on the page is not moved.
      await page.getByRole("searchbox").focus();
      await end();
      await expect(
        home.section("Recent jobs").getByRole("link", { name: `Job ${id}`, exact: true }),
      ).toBeVisible();
      await expect(page.getByRole("searchbox")).toBeFocused();
    }
  });
}

for (const where of ["the home page", "its own page"]) {
  test(`on ${where} focus stays with a job that is removed from the queue`, async ({ signedIn, world }) => {
    const lane = `taken-out-${where}`.replaceAll(" ", "-");
    await aJob(world.db, { lane }).waiting({ on: "yes_no" });
    const { id } = await aJob(world.db, { lane }).queued();
    const behind = await aJob(world.db, { lane }).queued();
    const person = await signedIn("deployer");
    const { page, home, job } = person;
    await (where === "the home page" ? home.open() : job.open(id));
    const remove = (where === "the home page" ? queuedOn(person, id) : page).getByRole("button", {
      name: "Remove from queue",
    });

    await pressEnter(remove);
    await pressEnter(job.confirmation.getByRole("button", { name: "Remove from queue" }));

    await expect(job.confirmation).toHaveCount(0);
    await expect(remove).toHaveCount(0);
    await focus(person).toEqual({ in: `job ${id}`, isButton: false });
    if (where === "the home page") await expect(queuedOn(person, behind.id)).toBeVisible();
  });
}

function queuedOn({ page, home }: Person, id: number): Locator {
  return home
    .section("Queued")
    .getByRole("listitem")
    .filter({ has: page.getByRole("link", { name: `Job ${id}`, exact: true }).first() });
}

test("focus is restored when another person removes the focused element", async ({ signedIn, world }) => {
  await aJob(world.db, { lane: "taken-away" }).waiting({ on: "yes_no" });
  const { id } = await aJob(world.db, { lane: "taken-away" }).queued();
  const person = await signedIn("deployer");
  const { page, home, job } = person;
  await home.open();
  const remove = queuedOn(person, id).getByRole("button", { name: "Remove from queue" });
  await pressEnter(remove);
  await expect(job.confirmation).toBeVisible();

  const taken = await page.context().request.post(`/api/jobs/${id}/cancellation`, {
    data: {},
    headers: { origin: world.url },
  });
  expect(taken.status()).toBeLessThan(300);

  await expect(remove).toHaveCount(0);
  await focus(person).toEqual({ in: `job ${id}`, isButton: false });
});

test("focus is restored when a freeze ends and a notice is dismissed", async ({ signedIn, world }) => {
  const admin = await signedIn("admin");
  const { page, home } = admin;
  await home.open();
  const frozen = await page.context().request.put("/api/lanes/mediawiki/freeze", {
    data: { reason: "A place for the keyboard" },
    headers: { origin: world.url },
  });
  expect(frozen.status()).toBeLessThan(300);
  const lift = page.getByRole("button", { name: "Unfreeze" });
  await pressEnter(lift);
  await expect(lift).toHaveCount(0);
  await focus(admin).toEqual({ in: "main", isButton: false });

  await home.enter("1244");
  await pressEnter(page.getByRole("button", { name: "Dismiss" }));
  await expect(home.refusals).toHaveCount(0);
  await focus(admin).toEqual({ in: "selected changes", isButton: false });

  const { id, pendingId } = await aJob(world.db, { lane: "closed" }).waiting({ on: "yes_no" });
  const second = await signedIn("second-deployer");
  await admin.job.open(id);
  await page.route("**/answer", async (route) => {
    await second.page.context().request.put(`/api/jobs/${id}/interactions/${pendingId}/answer`, {
      data: { value: false },
      headers: { origin: world.url },
    });
    await route.continue();
  });
  await pressEnter(admin.job.button("Yes"));
  await expect(page.getByText("Another person answered first.")).toBeVisible();
  await pressEnter(page.getByRole("button", { name: "Dismiss" }));
  await expect(page.getByText("Another person answered first.")).toHaveCount(0);
  await focus(admin).toEqual({ in: `job ${id}`, isButton: false });
});

test("a button that is disabled for a moment keeps the focus", async ({ signedIn, world }) => {
  const { id, pendingId } = await aJob(world.db, { lane: "kept-1", host: "away" }).waiting({ on: "yes_no" });
  const person = await signedIn("deployer");
  const { page, home } = person;
  await home.open();
  const yes = page
    .getByRole("region", { name: `Question of job ${id}`, exact: true })
    .getByRole("button", { name: "Yes" });
  await expect(yes).toBeEnabled();
  await yes.focus();

  await page.context().setOffline(true);
  await expect(yes).toBeDisabled();
  await yes.press("Enter");
  await page.context().setOffline(false);

  await expect(yes).toBeEnabled();
  await expect(yes).toBeFocused();
  const { interactions } = (await (await page.context().request.get(`/api/jobs/${id}`)).json()) as {
    interactions: { id: number; state: string }[];
  };
  expect(interactions, "a press on what is off answers nothing").toMatchObject([
    { id: pendingId, state: "pending" },
  ]);
});

test("focus stays on or near a button that reveals content", async ({ signedIn, world }) => {
  const changes = Array.from({ length: 40 }, (_, n) => 3000 + n);
  const { id } = await aJob(world.db, { lane: "shows-more", changes })
    .prints(...Array.from({ length: 300 }, (_, n) => `line ${n}`))
    .succeeded();
  const person = await signedIn("viewer");
  const { page, job } = person;
  await job.open(id);

  await pressEnter(page.getByRole("button", { name: "Show all 40 changes" }));
  await expect(page.getByRole("list", { name: "Changes" }).getByRole("listitem")).toHaveCount(40);
  const showLess = page.getByRole("button", { name: "Show the first 3 changes" });
  await expect(showLess, "the same button undoes it").toBeFocused();
  await pressEnter(showLess);
  await expect(page.getByRole("list", { name: "Changes" }).getByRole("listitem")).toHaveCount(3);
  await page.getByLabel("Go to line or time").fill("12");
  await page.getByLabel("Go to line or time").press("Enter");
  await pressEnter(page.getByRole("button", { name: "Jump to end" }));
  await focus(person).toEqual({ in: "log", isButton: false });
});

test("a new question on the home page is announced to screen readers, and only that question", async ({
  signedIn,
  world,
}) => {
  const { id } = await aJob(world.db, { lane: "said" }).running();
  const before = await aJob(world.db, { lane: "said-before" }).waiting({ on: "yes_no" });
  for (const job of [id, before.id]) await keepHeartbeatFresh(world.db, job);
  const { page, home } = await signedIn("deployer");
  await home.open();
  const announcements = page.locator("[aria-live=assertive] p");
  await expect(announcements.first()).toBeAttached();
  await announcements.evaluateAll((lines) => lines.forEach((line) => line.setAttribute("data-old", "")));

  await transaction(world.db, (tx) =>
    askInteraction(tx, id, { ...QUESTIONS.yes_no, promptKey: "said", line: 1, askedAt: new Date() }),
  );

  await expect(page.locator("[aria-live=assertive] p:not([data-old])")).toHaveText([
    `Job ${id} asks: Backport the changes?`,
  ]);
});
