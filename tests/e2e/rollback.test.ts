import { expect, test } from "./support/test.ts";

test.beforeAll(({ world }) => world.reset());

test("a rollback at the test servers needs a confirmation, and says that the change is still merged", async ({
  signedIn,
  world,
}) => {
  const { page, home, job } = await signedIn("deployer");
  await home.open("/?changes=1235");
  await home.deploy("Deploy change 1235");
  await job.answer("Backport the changes?", "Yes");
  await job.isAsked("Continue with deployment?");
  await expect(job.question).toContainText("Default");

  await job.button(/roll back/).click();
  await expect(job.confirmation).toContainText("New wordmark and warmer colours");
  await expect(job.confirmation).toContainText("previous version");
  await job.confirmation.getByRole("button", { name: "Cancel" }).click();
  await job.isAsked("Continue with deployment?");

  await job.button(/roll back/).click();
  await job.confirm(/roll back/);
  await job.answer("it still exists in the codebase", /./);
  await job.isIn("Rolled back");
  await expect(page.getByText("scap rolled back all servers.")).toBeVisible();

  await page.goto(world.server("testservers"));
  await expect(page.getByRole("img", { name: "Orchard" }).first()).toBeVisible();
  expect(
    await (await page.request.get(`${world.server("testservers")}/static/wordmark.svg`)).text(),
  ).not.toContain("10");
});

test("a failed check leads to scap's question what to do, with a label for every option", async ({
  signedIn,
}) => {
  const { home, job } = await signedIn("deployer");
  await home.open("/?changes=1237");
  await home.deploy("Deploy change 1237");
  await job.answer("Backport the changes?", "Yes");

  await job.isAsked(/failed\./);
  await expect(job.question.getByRole("button")).toHaveText([
    /Retry/,
    /Ignore failure/,
    /Roll back/,
    /Exit without/,
  ]);
  await job.button(/Ignore failure/).click();
  await expect(job.confirmation).toContainText("Overrides the failed check");
  await job.confirmation.getByRole("button", { name: "Cancel" }).click();

  await job.button(/Roll back/).click();
  await job.confirm(/Roll back/);
  await job.answer("it still exists in the codebase", /./);
  await job.isIn("Rolled back");
});
