// Permissions, and protection against foreign scripts and frames.
import { aJob } from "../seed/seed.ts";
import { expect, test } from "./support/test.ts";

test("a viewer sees the question and who can answer it, but no buttons", async ({ signedIn, world }) => {
  const { id } = await aJob(world.db, { lane: "viewer" }).waiting({ on: "choices" });
  const { page, job } = await signedIn("viewer");

  await job.open(id);

  await job.isAsked("Testserver checks failed.");
  await expect(job.question.getByRole("button")).toHaveCount(0);
  await expect(job.question).toContainText("Deployers can answer");
  await expect(page.getByRole("button", { name: "Stop" })).toHaveCount(0);
  await page.goto("/");
  await expect(page.getByRole("combobox")).toHaveCount(0);
});

test("a page runs no foreign scripts, and cannot be framed by another site", async ({ page, world }) => {
  await page.goto(`${world.url}/sign-in`);
  const injected = page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "document.body.dataset.ran = 'yes'";
    document.body.append(script);
    return document.body.dataset.ran;
  });
  expect(await injected).toBeUndefined();

  await page.goto("about:blank");
  await page.setContent(`<iframe src="${world.url}/sign-in"></iframe>`);
  await expect.poll(() => page.frames()[1]?.url()).toMatch(/^chrome-error:/);
});
