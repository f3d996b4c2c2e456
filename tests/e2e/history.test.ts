// The history: search and filters in the address, pages, exports, and the pages of changes and people.
import type { Page } from "@playwright/test";
import { generateHistory } from "../../bench/history/generate.ts";
import { aJob } from "../seed/seed.ts";
import { expectAccessible } from "./support/axe.ts";
import { expect, test } from "./support/test.ts";

test.use({ installation: "history" });

const LAPTOP = { width: 1280, height: 860 };
const lines = (page: Page) => page.getByRole("list", { name: "Jobs" }).getByRole("listitem");
const search = (page: Page) => page.getByRole("searchbox", { name: "Search all jobs" });

/** The sum of all layout shifts so far that the person did not cause. */
const layoutShift = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let sum = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries() as (PerformanceEntry & {
            value: number;
            hadRecentInput: boolean;
          })[]) {
            if (!entry.hadRecentInput) sum += entry.value;
          }
        }).observe({ type: "layout-shift", buffered: true });
        requestAnimationFrame(() => setTimeout(() => resolve(sum)));
      }),
  );

const JOBS = 300;

test.beforeAll(async ({ world }) => {
  await generateHistory(world.databaseUrl, JOBS);
});

test("from the home page a job is found by words, and opened", async ({ signedIn, world }) => {
  const change = { number: 4711, subject: "Rename the zeppelin gallery" };
  const { id } = await aJob(world.db, { lane: "past", changes: [change] }).failed("rolled_back");
  const { page, home } = await signedIn("viewer");
  await home.open();

  await search(page).fill("gallery zeppelin");
  await search(page).press("Enter");
  await page.waitForURL(/\/history\?q=gallery\+zeppelin$/);
  await expect(lines(page)).toHaveCount(1);
  await expect(lines(page)).toContainText("Rolled back");
  await page.getByRole("link", { name: `Job ${id}` }).click();

  await expect(page.getByText("scap rolled back all servers.")).toBeVisible();
});

test("fifteen jobs of one line each are on the screen of a laptop, and two lines each on a phone", async ({
  signedIn,
}) => {
  const { page } = await signedIn("viewer", { viewport: LAPTOP });
  await page.goto("/history");
  const heights = await lines(page).evaluateAll((all) =>
    all.map((one) => one.getBoundingClientRect().height),
  );
  expect(Math.max(...heights)).toBe(36);
  await expect(lines(page).nth(14)).toBeInViewport({ ratio: 1 });
  expect(await layoutShift(page)).toBeLessThan(0.01);

  await page.setViewportSize({ width: 390, height: 844 });
  const onPhone = await lines(page).evaluateAll((all) =>
    all.map((one) => one.getBoundingClientRect().height),
  );
  expect(Math.max(...onPhone)).toBe(60);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
});

test("words and filters are in the address, and Back shows the same list at the same place", async ({
  signedIn,
}) => {
  const { page } = await signedIn("viewer", { viewport: LAPTOP });
  await page.goto("/history");
  await search(page).fill("login");
  await page.waitForURL(/q=login/);
  await page.getByRole("combobox", { name: "Outcome" }).selectOption({ label: "Completed" });
  await page.waitForURL(/q=login&outcome=completed$/);
  await expect(page.getByRole("combobox", { name: "Outcome" })).toHaveValue("completed");
  await expect(lines(page).first()).toContainText("Deployed");
  const row = lines(page).nth(30).getByRole("link", { name: /^Job/ });
  const name = await row.innerText();
  await row.scrollIntoViewIfNeeded();
  const place = await page.evaluate(() => scrollY);
  expect(place).toBeGreaterThan(0);

  await row.click();
  await expect(page.getByRole("heading", { name, exact: true })).toBeVisible();
  await page.goBack();

  await expect(page.getByRole("link", { name, exact: true })).toBeInViewport();
  await expect.poll(() => page.evaluate(() => scrollY)).toBe(place);
  await expect(search(page)).toHaveValue("login");
  await page.reload();
  await expect(search(page)).toHaveValue("login");
  await page.goBack();
  await expect(page.getByRole("combobox", { name: "Outcome" })).toHaveValue("");
});

test("pages lead to the oldest job and back, without gaps", async ({ signedIn }) => {
  const { page } = await signedIn("viewer");
  const until = new Date(Date.now() - 200 * 86_400_000).toISOString().slice(0, 10);
  await page.goto(`/history?kind=backport&to=${until}`);
  const pages = page.getByRole("navigation", { name: "Pages" });
  const seen: string[] = [];
  for (;;) {
    const names = await lines(page).getByRole("link", { name: /^Job/ }).allInnerTexts();
    expect(seen).not.toContain(names[0]);
    seen.push(...names);
    const older = pages.getByRole("link", { name: "Older" });
    if ((await older.count()) === 0) break;
    await older.click();
    await expect(lines(page).getByRole("link", { name: names[0] ?? "", exact: true })).toHaveCount(0);
  }
  const numbers = seen.map((name) => Number(name.replace("Job ", "")));
  expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => numbers.length - index));

  const oldest = seen.at(-1) ?? "";
  await pages.getByRole("link", { name: "Newer" }).click();
  await expect(lines(page).getByRole("link", { name: oldest, exact: true })).toHaveCount(0);
  await expect(lines(page)).toHaveCount(50);
});

test("the previous list stays, dimmed, until a search has its results", async ({ signedIn }) => {
  const { page } = await signedIn("viewer");
  await page.goto("/history");
  const held = Promise.withResolvers<void>();
  await page.route(/\/history\?q=/, async (route) => {
    await held.promise;
    await route.continue();
  });
  const before = await lines(page).count();

  await search(page).fill("thumbnail");
  await expect(page.locator("[data-stale]")).toHaveCount(1);
  expect(await lines(page).count()).toBe(before);
  held.resolve();

  await expect(page.locator("[data-stale]")).toHaveCount(0);
  await expect(search(page)).toBeFocused();
  await expect(lines(page).first()).toContainText("thumbnail");
});

test("the export has all jobs of the search, and formulas in it are text", async ({ signedIn, world }) => {
  const change = { number: 4713, subject: '=HYPERLINK("https://evil.example")' };
  const { id } = await aJob(world.db, { lane: "export", changes: [change] }).succeeded();
  const { page } = await signedIn("viewer");
  await page.goto("/history?lane=export");
  const downloading = page.waitForEvent("download");
  await page.getByRole("link", { name: "CSV" }).click();
  const file = await downloading;
  expect(file.suggestedFilename()).toBe("jobs.csv");
  const csv = await (await page.request.get("/api/jobs.csv?lane=export")).text();
  expect(csv.split("\r\n")[1]).toContain(`${id},"backport","export","succeeded","completed"`);
  expect(csv).toContain(`"'=HYPERLINK(""https://evil.example"")"`);
});

test("a change shows every attempt and where it is now, a person what they did", async ({
  signedIn,
  world,
}) => {
  const changes = [{ number: 4714, subject: "Paint the quagga enclosure" }];
  const first = await aJob(world.db, { by: "alice", lane: "attempts", changes })
    .asked("yes_no", { by: "bob" })
    .succeeded();
  const second = await aJob(world.db, { by: "bob", lane: "attempts", changes }).failed("rolled_back");
  const { page } = await signedIn("viewer");

  await page.goto("/changes/4714");
  await expect(page.getByRole("heading", { name: "Change 4714" })).toBeVisible();
  const deployments = page.getByRole("region", { name: "Deployments" });
  await expect(deployments.getByRole("listitem")).toHaveCount(2);
  await expect(page.getByRole("main").getByText("Rolled back").first()).toBeVisible();
  await expectAccessible(page);
  await deployments.getByRole("link", { name: "bob" }).click();

  await page.waitForURL(/\/people\/bob$/);
  await expect(deployments.getByRole("link", { name: `Job ${second.id}` })).toBeVisible();
  await expect(
    page.getByRole("region", { name: "Answers" }).getByRole("link", { name: `Job ${first.id}` }),
  ).toBeVisible();
  await expectAccessible(page);
});

test("an address that makes no sense is explained, and the page stays usable", async ({ signedIn }) => {
  const { page } = await signedIn("viewer");
  const response = await page.goto("/history?state=gone&from=yesterday&utm_source=chat&q=%00");
  expect(response?.status()).toBe(200);
  await expect(page.getByText("The address has an invalid value: ")).toContainText("state");
  await page.goto("/history");
  await expectAccessible(page);
});
