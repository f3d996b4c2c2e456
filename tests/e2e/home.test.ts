// The home page: questions, search and the queue.
import { aJob } from "../seed/seed.ts";
import { keepHeartbeatFresh } from "../seed/heartbeats.ts";
import type { Locator, Page } from "@playwright/test";
import { stopTime } from "./support/clock.ts";
import { expect, test } from "./support/test.ts";

/**
 * Presses a button that sends an answer, and holds the request back. The clock of the page runs until the press has had its
 * effect: a button that something else has just moved ignores a click for a moment, and with a stopped clock for ever.
 * @returns releases the request.
 */
async function pressAndHold(page: Page, button: Locator): Promise<() => void> {
  const released = Promise.withResolvers<void>();
  let isSent = false;
  await page.route("**/answer", async (route) => {
    isSent = true;
    await released.promise;
    await route.continue();
  });
  await expect(async () => {
    if (!isSent) await button.click({ timeout: 5000 });
    expect(isSent).toBe(true);
  }).toPass();
  return released.resolve;
}

test("of two questions on the home page the second ignores a click that was meant for the first", async ({
  signedIn,
  world,
}) => {
  const ids: number[] = [];
  for (const lane of ["above", "below"]) {
    ids.push((await aJob(world.db, { lane, host: "away", changes: [1234] }).waiting({ on: "yes_no" })).id);
  }
  const { page, home } = await signedIn("deployer");
  const yes = (id = 0) =>
    page
      .getByRole("region", { name: `Question of job ${id}`, exact: true })
      .getByRole("button", { name: "Yes" });
  // The notice of an unresponsive worker would move the questions, whose buttons then ignore clicks for a moment.
  for (const id of ids) await keepHeartbeatFresh(world.db, id);
  const [above, below] = ids;
  await page.clock.install();
  await home.open();
  await expect(yes(below)).toBeEnabled();
  // The heading names the only change, and nothing repeats it.
  await expect(page.getByRole("region", { name: `Question of job ${above}` }).getByText("1234")).toHaveCount(
    1,
  );

  const release = await pressAndHold(page, yes(above));
  await stopTime(page);
  release();
  await expect(yes(above)).toHaveCount(0);

  await expect(yes(below)).toBeDisabled();
  await page.clock.runFor(500);
  await expect(yes(below)).toBeEnabled();
});

test("a question that a notice has moved ignores a click that was meant for what was there", async ({
  signedIn,
  world,
}) => {
  const above = await aJob(world.db, { lane: "moved", host: "away" }).waiting({ on: "choices" });
  const { id, pendingId } = await aJob(world.db, { lane: "taken", host: "away" }).waiting({ on: "yes_no" });
  for (const one of [above.id, id]) await keepHeartbeatFresh(world.db, one);
  const { page, home } = await signedIn("deployer");
  const second = await signedIn("second-deployer");
  const questionOf = (job: number) =>
    page.getByRole("region", { name: `Question of job ${job}`, exact: true });
  const retry = questionOf(above.id).getByRole("button", { name: /Retry/ });
  await page.clock.install();
  await home.open();

  const release = await pressAndHold(page, questionOf(id).getByRole("button", { name: "Yes" }));
  await stopTime(page);
  const answered = await second.page
    .context()
    .request.put(`/api/jobs/${id}/interactions/${pendingId}/answer`, {
      data: { value: false },
      headers: { origin: world.url },
    });
  expect(answered.status()).toBe(200);
  await expect(questionOf(id)).toHaveCount(0);
  await expect(retry).toBeEnabled();
  release();

  await expect(page.getByText("Another person answered first.")).toBeVisible();
  await expect(retry).toBeDisabled();
  await page.clock.runFor(500);
  await expect(retry).toBeEnabled();
});

test("the home page renders questions in their order before its stream starts", async ({
  signedIn,
  world,
}) => {
  const ids: number[] = [];
  for (const lane of ["order-1", "order-2"]) ids.push((await aJob(world.db, { lane }).waiting()).id);
  const { page } = await signedIn("deployer");

  const html = await (await page.context().request.get("/")).text();

  const shown = [...html.matchAll(/aria-label="Question of job (\d+)"/g)].map(([, id]) => Number(id));
  expect(shown).toEqual(expect.arrayContaining(ids));
  expect(shown, "the oldest job first").toEqual(shown.toSorted((a, b) => a - b));
});

test("search results stay until new ones arrive, and cannot be selected in between", async ({ signedIn }) => {
  const { page, home } = await signedIn("deployer");
  const held = Promise.withResolvers<void>();
  let isHeld = false;
  await page.route(/\/api\/changes\?q=/, async (route) => {
    if (isHeld) await held.promise;
    await route.continue();
  });
  await home.open();
  await home.search.fill("medlar");
  await expect(page.getByRole("option")).toHaveCount(1);
  const box = () => page.getByRole("listbox", { name: "Search results" }).boundingBox();
  const place = await box();

  isHeld = true;
  await home.search.fill("medlar b");
  const option = page.getByRole("option", { name: /Feature the medlar/ });
  await expect(option).toBeDisabled();
  expect(await box()).toEqual(place);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await option.click({ force: true });
  await expect(home.selected).toHaveCount(0);
  await expect(page.getByText("Searching…")).toHaveCount(0);

  held.resolve();
  await home.search.fill("medlar");
  await expect(option).toBeEnabled();
  await option.click();
  await expect(home.selected).toContainText("1248");
});

test("a job that ends meanwhile is offered above the recent jobs, and moves none of them", async ({
  signedIn,
  world,
}) => {
  const first = await aJob(world.db, { lane: "recent" }).succeeded();
  await aJob(world.db, { lane: "recent", host: "away" }).running();
  const queued = await aJob(world.db, { lane: "recent" }).queued();
  const { page, home } = await signedIn("deployer");
  await home.open();
  const recent = home.section("Recent jobs");
  const line = (id: number) => recent.getByRole("link", { name: `Job ${id}`, exact: true });
  const list = () => recent.getByRole("list").getByRole("link", { name: /^Job/ }).allInnerTexts();
  await expect(line(first.id)).toBeVisible();
  const before = await list();

  const removed = await page.request.post(`/api/jobs/${queued.id}/cancellation`, {
    headers: { origin: world.url },
  });
  expect(removed.status()).toBe(200);

  await expect(line(queued.id)).toBeVisible();
  expect(await list()).toEqual(before);
  await recent.getByRole("button", { name: "Add to list" }).click();
  await expect(recent.getByRole("button", { name: "Add to list" })).toHaveCount(0);
  expect(await list()).toEqual([`Job ${queued.id}`, ...before]);
});

test("a queued job shows what blocks it, and a deployer can remove it from the queue", async ({
  signedIn,
  world,
}) => {
  const first = await aJob(world.db, { lane: "queue" }).waiting({ on: "yes_no" });
  const second = await aJob(world.db, { lane: "queue", by: "second-deployer" }).queued();
  const { page, home, job } = await signedIn("deployer");
  await home.open();
  const row = home
    .section("Queued")
    .getByRole("listitem")
    .filter({ has: page.getByRole("link", { name: `Job ${second.id}` }) });
  await expect(row).toContainText(`behind job ${first.id}`);

  await row.getByRole("button", { name: "Remove from queue" }).click();
  await expect(job.confirmation).toContainText("Requested by second-deployer");
  await job.confirm("Remove from queue");

  await expect(row).toHaveCount(0);
  await job.open(second.id);
  await job.isIn("Cancelled");
});
