import { expect, test } from "./support/test.ts";

test.beforeAll(({ world }) => world.reset());

test("an operation of the site has a form, a confirmation with its values, and a job with its questions", async ({
  signedIn,
}) => {
  const { page, home, job } = await signedIn("deployer");
  await home.open();
  await page.getByRole("link", { name: "More operations" }).click();
  await page.getByRole("link", { name: "Lock deployments", exact: true }).click();
  const start = page.getByRole("button", { name: "Lock deployments…" });
  await expect(start).toBeDisabled();
  await page.getByLabel("Reason").fill("A drill");
  await start.click();
  await expect(job.confirmation).toContainText("Lock all deployments?");
  await expect(job.confirmation).toContainText("A drill");
  await job.confirm("Lock deployments");

  await job.answer("Press enter to unlock", "unlock");
  await job.isIn("Unlocked");
  await expect(page.getByText("scap exited with code 0.")).toBeVisible();
  await expect(page.getByRole("complementary", { name: "Job details" })).toContainText("A drill");
});
