// Navigating a log: scrolling, marking, searching; and the places without a log.
import { query, transaction } from "#lib/db/connection.ts";
import { findOutputState, storeOutput } from "#lib/db/output.ts";
import { printed } from "../seed/printed.ts";
import { aJob } from "../seed/seed.ts";
import { keepHeartbeatFresh } from "../seed/heartbeats.ts";
import { expectAccessible } from "./support/axe.ts";
import { expect, test } from "./support/test.ts";

test("a long log can be scrolled, marked, linked and copied like a page", async ({ signedIn, world }) => {
  const lines = Array.from({ length: 30_000 }, (_, n) => `\u001b[32mline ${n + 1}\u001b[0m of many`);
  const { id } = await aJob(world.db, { lane: "log" })
    .prints(...lines)
    .succeeded();
  const { page, job } = await signedIn("deployer");
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);

  await page.goto(`/jobs/${id}#L15000-L15002`);
  await expect(job.log.getByText("line 15001 of many")).toBeInViewport();
  await expect(job.log.locator("[data-marked]")).toHaveCount(3);
  expect(await job.log.locator("[data-line]").count(), "only what is looked at is on the page").toBeLessThan(
    200,
  );

  await page.getByRole("button", { name: "Jump to end" }).click();
  await expect(job.log.getByText("line 30000 of many")).toBeInViewport();
  await page.getByLabel("Go to line or time").fill("12");
  await page.getByLabel("Go to line or time").press("Enter");
  await expect(job.log.getByText("line 12 of many")).toBeInViewport();
  await expect(page).toHaveURL(/#L12$/);
  await job.log.getByRole("link", { name: "14", exact: true }).click({ modifiers: ["Shift"] });
  await expect(page).toHaveURL(/#L12-L14$/);

  const row = async (n: number) =>
    (await job.log.getByText(`line ${n} of many`).boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  // The layout may still shift while the page is loading.
  await expect(async () => {
    const [from, to] = [await row(12), await row(14)];
    await page.mouse.move(from.x + 1, from.y + 8);
    await page.mouse.down();
    await page.mouse.move(to.x + to.width, to.y + 8, { steps: 5 });
    await page.mouse.up();
    await page.keyboard.press("Control+C");
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied.trim().split("\n")).toEqual(["line 12 of many", "line 13 of many", "line 14 of many"]);
  }).toPass();
});

test("a long log can be searched by keyboard alone, including new lines", async ({ signedIn, world }) => {
  const lines = Array.from({ length: 30_000 }, (_, n) =>
    n % 10_000 === 999 ? `\u001b[31mErr\u001b[0mor ${n + 1}` : `line ${n + 1} of many`,
  );
  const { id } = await aJob(world.db, { lane: "search" })
    .prints(...lines)
    .running();
  await keepHeartbeatFresh(world.db, id);
  const { page, job } = await signedIn("viewer");
  await job.open(id);
  await expect(job.log.getByText("line 30000 of many")).toBeVisible();
  const box = page.getByRole("searchbox", { name: "Search the log" });
  const count = page.getByRole("search").getByRole("status");

  // A key has no effect before the page's script has loaded.
  await expect(async () => {
    await page.keyboard.press("/");
    await expect(box).toBeFocused({ timeout: 500 });
  }).toPass();
  await page.keyboard.type("error");
  await expect(count).toHaveText("3");
  await page.keyboard.press("Enter");
  await expect(job.log.getByText("Error 1000")).toBeInViewport();
  await expect(page).toHaveURL(/#L1000$/);
  await expect(count).toHaveText("1 of 3");
  expect(await page.evaluate(() => CSS.highlights.get("log-match")?.size)).toBe(1);
  await page.keyboard.press("Shift+Enter");
  await expect(job.log.getByText("Error 21000")).toBeInViewport();

  const before = await findOutputState(world.db, id);
  await transaction(world.db, (tx) =>
    storeOutput(tx, { jobId: id, epoch: 1 }, before, {
      output: printed(before, ["the last ERROR"]),
      phases: [],
      progress: null,
      status: null,
    }),
  );
  await expect(count).toHaveText("3 of 4");
  await page.keyboard.press("Enter");
  await expect(job.log.getByText("the last ERROR")).toBeInViewport();

  await page.keyboard.press("Escape");
  await expect(box).toHaveValue("");
  await expect(job.log).toBeFocused();
  expect(await page.evaluate(() => CSS.highlights.has("log-match"))).toBe(false);
  await expectAccessible(page);
});

test("a job that has not started has no log controls, and shows them once it has a log", async ({
  signedIn,
  world,
}) => {
  const first = await aJob(world.db, { lane: "no-log" }).waiting({ on: "yes_no" });
  const { id } = await aJob(world.db, { lane: "no-log" }).queued();
  const cancelled = await aJob(world.db, { lane: "no-log" }).cancelled();
  const { page, job } = await signedIn("deployer");
  const tools = [
    page.getByRole("button", { name: "More log actions" }),
    page.getByRole("button", { name: "Wrap" }),
    page.getByLabel("Go to line or time"),
  ];

  await job.open(id);
  await expect(page.getByText("Output appears here")).toBeVisible();
  for (const tool of tools) await expect(tool).toHaveCount(0);
  await job.open(cancelled.id);
  await job.isIn("Cancelled");
  await expect(page.getByRole("heading", { name: "Log" })).toHaveCount(0);
  await job.open(first.id);
  for (const tool of tools) await expect(tool).toBeVisible();
});

test("a log that the retention policy has removed is replaced by a notice", async ({ signedIn, world }) => {
  const { id } = await aJob(world.db, { lane: "removed" })
    .prints("one", "two", "three")
    .asked("yes_no")
    .succeeded();
  await query(world.db, "update spiderpig.job set output_removed_at = now() where id = $1", [id]);
  await query(world.db, "delete from spiderpig.log_block where job_id = $1", [id]);
  const { page } = await signedIn("viewer");

  await page.goto(`/jobs/${id}`);

  await expect(page.getByRole("region", { name: "Log" })).toContainText(
    "The output (3 lines) was removed by the retention policy",
  );
  await expect(page.getByRole("button", { name: "More log actions" })).toHaveCount(0);
  await expectAccessible(page);
});
