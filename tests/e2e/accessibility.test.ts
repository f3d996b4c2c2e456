// Accessibility of all pages.
import type { Locator } from "@playwright/test";
import { aJob } from "../seed/seed.ts";
import { keepHeartbeatFresh } from "../seed/heartbeats.ts";
import { expectAccessible } from "./support/axe.ts";
import { expect, test } from "./support/test.ts";

test("marked lines, pressed buttons and progress are visible in high contrast mode", async ({
  signedIn,
  world,
}) => {
  const { id } = await aJob(world.db, { lane: "forced" })
    .prints("one", "two", "three")
    .makesProgress({ name: "sync", percent: 50, ok: 1, failed: 0, left: 1, inFlight: null })
    .running();
  await keepHeartbeatFresh(world.db, id);
  const { page, job } = await signedIn("deployer", { forcedColors: "active" });
  await page.goto(`/jobs/${id}#L2`);
  await page.getByRole("button", { name: "Timestamps" }).click();
  const look = (of: Locator) =>
    of.evaluate((element) => {
      const { outlineStyle, backgroundColor } = getComputedStyle(element);
      return { outlineStyle, backgroundColor };
    });

  const marked = job.log.locator("[data-line='2']");
  await expect(marked).toHaveAttribute("data-marked");
  expect((await look(marked)).outlineStyle).toBe("solid");
  expect((await look(page.getByRole("button", { name: "Timestamps" }))).outlineStyle).toBe("solid");
  const bar = page.getByRole("progressbar").locator("div").last();
  const track = bar.locator("xpath=..");
  expect((await look(bar)).backgroundColor).not.toBe((await look(track)).backgroundColor);
});

test("the pages have no accessibility violations, in both themes", async ({ signedIn, world, browser }) => {
  // Many analyses of whole pages.
  test.slow();
  const on = (lane: string) => aJob(world.db, { lane, changes: [1234, 1235] }).phase("prep", 20);
  const ids = {
    choices: (await on("axe-1").asked("yes_no").waiting({ on: "choices" })).id,
    text: (await on("axe-2").waiting({ on: "text" })).id,
    running: (await on("axe-3").startsPhase("sync").running()).id,
    failed: (await on("axe-4").prints("\u001b[31mred\u001b[0m \u001b[2mdim\u001b[0m").failed("rolled_back"))
      .id,
  };
  await on("axe-1").queued();
  const stranger = await (await browser.newContext()).newPage();
  await stranger.goto(`${world.url}/sign-in`);
  await expectAccessible(stranger);
  await stranger.context().close();

  const { page, home, job } = await signedIn("deployer");
  await page.emulateMedia({ reducedMotion: "reduce" });
  await home.open();
  await home.select(1234);
  await home.enter("1244");
  await expect(home.refusals).toBeVisible();
  await home.search.fill("notice");
  await expect(page.getByRole("option").first()).toBeVisible();
  await expectAccessible(page);
  for (const id of Object.values(ids)) {
    await job.open(id);
    await expectAccessible(page, { hasForcedColours: true });
  }
  await job.open(ids.choices);
  await job.button(/Roll back/).click();
  await expect(job.confirmation).toBeVisible();
  await expectAccessible(page, { hasForcedColours: true });
  await page.goto("/jobs/999999");
  await expect(page.getByText("Page not found")).toBeVisible();
  await expectAccessible(page);
});

test("phones, menus and dialogs have no accessibility violations", async ({ signedIn, world }) => {
  test.slow();
  const asked = await aJob(world.db, { lane: "axe-phone", changes: [1234, 1235] }).waiting({ on: "choices" });
  const queued = await aJob(world.db, { lane: "axe-phone" }).queued();
  const lost = await aJob(world.db, { lane: "axe-lost" }).lost();
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
  const { page, home, job } = await signedIn("admin", phone);
  await page.emulateMedia({ reducedMotion: "reduce" });

  await home.open();
  await expect(home.section("In progress")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "admin: account and appearance" }).click();
  await expect(page.getByRole("menuitem", { name: "Sign out" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("menuitem", { name: "Freeze deployments…" }).click();
  await expect(page.getByRole("dialog", { name: "Freeze deployments" })).toBeVisible();
  await expectAccessible(page);

  await job.open(asked.id);
  await page.getByRole("button", { name: "Stop" }).click();
  await expect(page.getByRole("menuitem", { name: "Kill scap…" })).toBeVisible();
  // axe samples five points to detect that the page below a popup is covered. At the usual height of a phone, one of them
  // hits the menu's button, which is not covered.
  await page.setViewportSize({ width: 390, height: 1000 });
  await expectAccessible(page);
  await job.open(queued.id);
  await expectAccessible(page);
  await job.open(lost.id);
  await page.getByRole("button", { name: "Release lane…" }).click();
  await expect(page.getByRole("dialog", { name: /^Release lane/ })).toBeVisible();
  await expectAccessible(page);
});
