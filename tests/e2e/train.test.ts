import { expect, test } from "./support/test.ts";

const NEW = "1.47.0-wmf.11";

test.beforeAll(({ world }) => world.reset());

test("the train is promoted with an excluded wiki and rolled back, and servers, page and jobs show its versions", async ({
  signedIn,
  world,
}) => {
  test.slow();
  const { page, job } = await signedIn("deployer");
  const version = async (wiki: string) => {
    const response = await fetch(`${world.server("production")}/wiki/Special:Version?wiki=${wiki}`);
    return /wmf\.\d+/.exec(await response.text())?.[0];
  };
  const select = async (station: string) => {
    await page.goto("/train");
    await page.getByRole("radio", { name: station, exact: true }).check({ force: true });
  };
  const plan = (text: string) => expect(page.locator("form").getByText(text)).toBeVisible();
  const atStation = page.getByRole("listitem").filter({ hasText: "The train is here" });

  await select("testwikis");
  await plan(`2 wikis from 1.47.0-wmf.10 to ${NEW}.`);
  await page.getByRole("checkbox", { name: "Pause on the test servers" }).uncheck();
  await page.getByRole("button", { name: "Promote to testwikis…" }).click();
  await job.confirm("Promote to testwikis");
  await job.isIn("Train moved");

  await select("group1");
  await page.getByLabel("Excluded wikis").fill("plumwiky");
  await plan("plumwiky: not in the groups up to group1.");
  await page.getByLabel("Excluded wikis").fill("plumwiki");
  await plan(`5 wikis from 1.47.0-wmf.10 to ${NEW}.`);
  await page.getByRole("button", { name: "Promote to group1…" }).click();
  await expect(job.confirmation).toContainText(`5 wikis from 1.47.0-wmf.10 to ${NEW}`);
  await expect(job.confirmation).toContainText("plumwiki");
  await job.confirm("Promote to group1");
  await job.answer("Continue with deployment?", "Yes, continue with deployment");
  await job.isIn("Train moved");
  const after = page
    .getByRole("row", { name: /^group1/ })
    .getByRole("cell")
    .last();
  await expect(after).toContainText("3 wikis");
  expect([await version("applewiki"), await version("plumwiki")]).toEqual(["wmf.11", "wmf.10"]);

  await select("Start");
  await expect(atStation).toContainText("group0");
  await plan(`7 wikis from ${NEW} to 1.47.0-wmf.10.`);
  await page.getByRole("checkbox", { name: "Pause on the test servers" }).uncheck();
  await page.getByRole("button", { name: "Roll back to the start…" }).click();
  await expect(job.confirmation).toContainText(`7 wikis from ${NEW} to 1.47.0-wmf.10`);
  await job.confirm("Roll back to the start");
  await job.isIn("Train moved");
  expect(await version("testwiki")).toBe("wmf.10");
  await page.goto("/train");
  await expect(atStation).toContainText("Start");
});
