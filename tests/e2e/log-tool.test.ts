// The log as a tool: folded phases, answers in place, times, ranges by touch, the recording, the timeline.
import type { Page } from "@playwright/test";
import type { World } from "./support/world.ts";
import { aJob } from "../seed/seed.ts";
import { keepHeartbeatFresh } from "../seed/heartbeats.ts";
import { expectAccessible } from "./support/axe.ts";
import { expect, test } from "./support/test.ts";

const numbered = (name: string, count: number) => Array.from({ length: count }, (_, n) => `${name} ${n + 1}`);

/** A deployment with a long phase that ended well, an answer, and a long phase that failed. */
async function aDeployment(world: World, lane: string): Promise<number> {
  const { id } = await aJob(world.db, { lane })
    .startsPhase("scap prep auto")
    .prints(...numbered("prepared", 300))
    .takes(60)
    .finishesPhase()
    .prints("Continue with deployment? [y/N]: y")
    .asked("yes_no", { by: "alice" })
    .startsPhase("sync-prod-k8s")
    .prints("12:00:00 K8s deployment to stage production failed: timed out")
    .prints(...numbered("synced", 20))
    .failed("exit_nonzero");
  return id;
}

test("finished phases are folded with their durations; answers, failures and linked lines stay in view", async ({
  signedIn,
  world,
}) => {
  const id = await aDeployment(world, "fold");
  const { page, job } = await signedIn("viewer");
  await job.open(id);
  const prep = job.log.getByRole("button", { name: "Phase scap prep auto" });

  await expect(prep).toHaveAttribute("aria-expanded", "false");
  await expect(job.log).toContainText("301 lines · 1m 00s");
  await expect(job.log.getByText("prepared 150", { exact: true })).toHaveCount(0);
  await expect(job.log.getByRole("note")).toHaveText(/^alice answered “Yes” · /);
  await expect(job.log.getByText("synced 20", { exact: true })).toBeVisible();
  await expectAccessible(page);

  // By keyboard.
  await prep.press("Enter");
  await expect(prep).toHaveAttribute("aria-expanded", "true");
  await expect(job.log.getByText("prepared 1", { exact: true })).toBeVisible();
  await prep.press("Enter");
  await expect(job.log.getByText("prepared 1", { exact: true })).toHaveCount(0);

  // A permalink and a search open what hides their line.
  await page.goto(`/jobs/${id}#L150`);
  await expect(job.log.getByText("prepared 149", { exact: true })).toBeInViewport();
  await page.reload();
  await expect(job.log.getByText("prepared 149", { exact: true })).toBeInViewport();
  await page.getByRole("button", { name: "More log actions" }).click();
  await page.getByRole("menuitem", { name: "Collapse all phases" }).click();
  await expect(job.log.getByText("prepared 149", { exact: true })).toHaveCount(0);
  await page.getByLabel("Search the log").fill("prepared 222");
  await page.getByLabel("Search the log").press("Enter");
  await expect(job.log.getByText("prepared 222", { exact: true })).toBeInViewport();

  // The side column leads to the lines of its phases.
  await page.getByRole("link", { name: "sync-prod-k8s" }).click();
  await expect(job.log.getByText("Started sync-prod-k8s")).toBeInViewport();

  const text = await (await page.request.get(`/api/jobs/${id}/log.txt`)).text();
  expect(text).toMatch(/\[y\/N\]: y\n>>> alice answered “Yes” \(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\)\n/);
});

test("the log goes to a time, shows dates past midnight, copies lines, and fills the screen", async ({
  signedIn,
  world,
}) => {
  const { id } = await aJob(world.db, { lane: "night", at: new Date("2026-03-04T23:29:30Z") })
    .prints(...numbered("evening", 100))
    .takes(3600)
    .prints(...numbered("night", 100))
    .succeeded();
  const { page, job } = await signedIn("viewer");
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await job.open(id);

  await page.getByRole("button", { name: "Timestamps" }).click();
  await page.getByLabel("Go to line or time").fill("0:10");
  await page.getByLabel("Go to line or time").press("Enter");
  await expect(job.log.getByText("night 1", { exact: true })).toBeInViewport();
  await expect(job.log.getByText(/^05 Mar 00:\d\d:\d\d$/).first()).toBeVisible();
  await expect(page).toHaveURL(/#L101$/);

  await job.log.getByRole("link", { name: "103", exact: true }).click({ modifiers: ["Shift"] });
  const bar = page.getByRole("region", { name: "Marked lines" });
  await expect(bar).toContainText("Lines 101–103");
  await bar.getByRole("button", { name: "Copy", exact: true }).click();
  await expect(page.getByText("Copied")).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("night 1\nnight 2\nnight 3");

  await page.getByRole("button", { name: "Full screen" }).click();
  const box = await job.log.boundingBox();
  const size = page.viewportSize();
  expect(box?.width).toBeGreaterThan((size?.width ?? 0) - 40);
  expect(box?.height).toBeGreaterThan((size?.height ?? 0) - 140);
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("heading", { level: 1 })).toBeInViewport();
});

/** Records the places in the log at which the link of a line can be pressed. */
async function recordPlaces(page: Page, line: number): Promise<() => Promise<number[]>> {
  await page.addInitScript((href) => {
    const places = new Set<number>();
    Object.assign(window, { places });
    const record = () => {
      const link = document.querySelector(`a[href="${href}"]`);
      const box = link?.closest("section");
      // Without a height the page has no styles yet.
      if (link !== null && box?.clientHeight && getComputedStyle(link).pointerEvents !== "none") {
        places.add(Math.round(link.getBoundingClientRect().y - box.getBoundingClientRect().y));
      }
      requestAnimationFrame(record);
    };
    record();
  }, `#L${line}`);
  return () => page.evaluate(() => [...(window as unknown as { places: Set<number> }).places]);
}

test("a line of the log that can be pressed has its place, also while the page loads", async ({
  signedIn,
  world,
}) => {
  const { id } = await aJob(world.db, { lane: "placed" })
    .prints(...numbered("line", 40))
    .succeeded();
  const { page } = await signedIn("viewer", { viewport: { width: 390, height: 844 } });
  const places = await recordPlaces(page, 24);

  await page.goto(`/jobs/${id}#L24`);

  await expect(page.getByRole("region", { name: "Marked lines" })).toBeVisible();
  await expect.poll(places).not.toEqual([]);
  expect(await places()).toHaveLength(1);
});

test("by touch, a tap on a second line number marks the lines in between", async ({ signedIn, world }) => {
  const { id } = await aJob(world.db, { lane: "touch" })
    .prints(...numbered("line", 40))
    .succeeded();
  const { page, job } = await signedIn("viewer", {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  });
  await page.goto(`/jobs/${id}#L10`);

  await job.log.getByRole("link", { name: "12", exact: true }).tap();
  await expect(page).toHaveURL(/#L10-L12$/);
  await job.log.getByRole("link", { name: "13", exact: true }).tap();
  await expect(page).toHaveURL(/#L13$/);
  await page.getByRole("button", { name: "Clear marked lines" }).tap();
  await expect(page).toHaveURL(/\/jobs\/\d+$/);
});

test("the recording plays in the page from the marked line", async ({ signedIn, world }) => {
  const { id } = await aJob(world.db, { lane: "recorded" })
    .prints("the first line")
    .takes(100)
    .prints("the second line")
    .takes(100)
    .prints("the third line")
    .succeeded();
  const { page, job } = await signedIn("viewer");
  const loaded: string[] = [];
  page.on("request", (request) => loaded.push(request.url()));
  await page.goto(`/jobs/${id}#L2`);
  await expect(job.log.getByText("the second line")).toBeVisible();
  expect(
    loaded.filter((url) => url.endsWith(".cast")),
    "nothing of it is loaded before",
  ).toEqual([]);

  await page.getByRole("button", { name: "Play from here" }).click();

  const dialog = page.getByRole("dialog", { name: `Recording of job ${id}` });
  await expect(dialog.locator(".ap-term")).toContainText("the second line");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Close" }).click();
  await expect(dialog).toHaveCount(0);
});

test("a running deployment says what is usual, how long the rest takes, and what is late", async ({
  signedIn,
  world,
}) => {
  for (let run = 1; run <= 4; run += 1) {
    await aJob(world.db, { lane: `usual-${run}` })
      .phase("usual-prep", 60)
      .startsPhase("usual-sync")
      .takes(240)
      .asked("yes_no", { afterSeconds: 900 })
      .takes(120)
      .finishesPhase()
      .takes(60)
      .succeeded();
  }
  const { id } = await aJob(world.db, { lane: "usual", at: new Date(Date.now() - 90_000) })
    .phase("usual-prep", 75)
    .startsPhase("usual-sync")
    .running();
  await keepHeartbeatFresh(world.db, id);
  const { page, job } = await signedIn("viewer");
  await job.open(id);

  const step = page.getByRole("region", { name: "Current step" });
  await expect(step).toContainText(/Next question in about [34] min · About [67] min left/);
  await expect(page.getByRole("complementary", { name: "Job details" })).toContainText("1m 15s, late");
  await page.getByRole("button", { name: "Show timeline" }).click();
  const timeline = page.getByRole("dialog", { name: `Timeline of job ${id}` });
  await expect(timeline.getByRole("row", { name: /usual-prep/ })).toContainText("1m 15s late");
  await expect(timeline.getByRole("row", { name: /usual-sync/ })).toContainText("6m 00s, at most 6m 00s");
  await expectAccessible(page);
});
