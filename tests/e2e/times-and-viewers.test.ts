// Times in UTC or local, as the reader chooses, and who else is viewing a job.
import { aJob } from "../seed/seed.ts";
import { keepHeartbeatFresh } from "../seed/heartbeats.ts";
import { expect, test } from "./support/test.ts";

test("times are relative with UTC beside them, and local for a reader who wants that, also in the first HTML", async ({
  signedIn,
  world,
}) => {
  const started = new Date(Date.now() - 7 * 60_000 - 30_000);
  const { id } = await aJob(world.db, { lane: "times", at: started }).running();
  await keepHeartbeatFresh(world.db, id);
  const { page, job } = await signedIn("deployer", { timezoneId: "Asia/Kolkata" });
  const title = page.getByRole("heading", { level: 1 }).locator("..");
  const utc = /deployer, 7 min ago · (\d+ \w+, )?\d\d:\d\d UTC/;
  const local = /deployer, [78] min ago · (\d+ \w+, )?\d\d:\d\d GMT\+5:30/;

  await job.open(id);
  await expect(title).toContainText(utc);
  await expect(title.locator("time").first()).toHaveAttribute("title", /UTC\n.*GMT\+5:30$/);

  await page.getByRole("button", { name: "deployer: account and appearance" }).click();
  await page.getByRole("menuitemcheckbox", { name: "Show local times" }).click();
  await page.keyboard.press("Escape");
  await expect(title).toContainText(local);

  const html = await (await page.context().request.get(`/jobs/${id}`)).text();
  expect(html.replaceAll("<!-- -->", ""), "the server renders local times, so that nothing changes").toMatch(
    /min ago · (\d+ \w+, )?\d\d:\d\d GMT\+5:30/,
  );
  await page.reload();
  await expect(title).toContainText(local);
});

test("the people who view a job see each other, until one leaves", async ({ signedIn, world }) => {
  const { id } = await aJob(world.db, { lane: "viewers" }).running();
  const other = await aJob(world.db, { lane: "not-viewed" }).running();
  const [mine, theirs, elsewhere] = [
    await signedIn("deployer"),
    await signedIn("second-deployer"),
    await signedIn("admin"),
  ];
  await elsewhere.job.open(other.id);
  await mine.job.open(id);
  await theirs.job.open(id);

  await expect(mine.page.getByTitle("Also viewing: second-deployer")).toBeVisible();
  await expect(theirs.page.getByTitle("Also viewing: deployer")).toBeVisible();
  await expect(mine.page.getByTitle(/Also viewing:.*admin/)).toHaveCount(0);

  await theirs.page.close();
  await expect(mine.page.getByTitle(/Also viewing/)).toHaveCount(0);
});
