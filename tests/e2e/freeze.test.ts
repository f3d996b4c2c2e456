// Freezing lanes, and releasing the lane of a lost job.
import { aJob } from "../seed/seed.ts";
import { expect, test } from "./support/test.ts";

test("a freeze is shown to all users with its reason and disables the form, until it ends", async ({
  signedIn,
}) => {
  const admin = await signedIn("admin");
  const deployer = await signedIn("deployer");
  await admin.home.open();
  await deployer.home.open("/?changes=1234");

  await admin.page.getByRole("button", { name: "admin: account and appearance" }).click();
  await admin.page.getByRole("menuitem", { name: "Freeze deployments…" }).click();
  await admin.page.getByLabel("Reason (visible to everyone)").fill("Switching the datacentre, T374300");
  await admin.page.getByLabel("Until (optional)").fill("2099-01-01T10:00");
  await admin.page.getByRole("button", { name: "Freeze", exact: true }).click();
  const form = deployer.page.getByText(/^Deployments are frozen until 1 Jan 2099, .+ UTC\./);
  await expect(form).toBeVisible();
  await expect(form.locator("..").getByRole("link", { name: "T374300" })).toBeVisible();
  await expect(deployer.page.getByRole("button", { name: "Deploy change 1234" })).toBeDisabled();
  await expect(deployer.page.getByRole("button", { name: "Unfreeze" })).toHaveCount(0);

  await admin.page.getByRole("button", { name: "Unfreeze" }).click();
  await expect(deployer.page.getByText("Switching the datacentre")).toHaveCount(0);
  await expect(deployer.page.getByRole("button", { name: "Deploy change 1234" })).toBeEnabled();
});

test("the end of a freeze shows its time zone, and a time in the past is rejected in the form", async ({
  signedIn,
}) => {
  const { page, home } = await signedIn("admin");
  await home.open();
  await page.getByRole("button", { name: "admin: account and appearance" }).click();
  await page.getByRole("menuitem", { name: "Freeze deployments…" }).click();
  const dialog = page.getByRole("dialog", { name: "Freeze deployments" });
  await dialog.getByLabel("Reason (visible to everyone)").fill("Switching the datacentre.");
  const until = dialog.getByLabel("Until (optional)");
  const submit = dialog.getByRole("button", { name: "Freeze", exact: true });
  await expect(dialog.getByText(/^Your time zone: /)).toBeVisible();

  await until.fill("2020-01-01T10:00");
  await expect(dialog.getByText(/^This time is in the past\. Your time zone: /)).toBeVisible();
  await expect(submit).toBeDisabled();

  await until.fill("2099-01-01T10:00");
  await expect(submit).toBeEnabled();
});

test("a queued job in a frozen lane says that it also waits for the freeze", async ({ signedIn, world }) => {
  const first = await aJob(world.db, { lane: "chilled", host: "away" }).waiting({ on: "yes_no" });
  const { id } = await aJob(world.db, { lane: "chilled" }).queued();
  const { page, job } = await signedIn("admin");
  const freeze = (method: "PUT" | "DELETE") =>
    page.context().request.fetch("/api/lanes/chilled/freeze", {
      method,
      headers: { origin: world.url },
      ...(method === "PUT" ? { data: { reason: "Holidays" } } : {}),
    });
  await job.open(id);
  const notice = page.getByText(`behind job ${first.id} by`);
  await expect(notice).toContainText("It starts automatically.");

  expect((await freeze("PUT")).status()).toBeLessThan(300);

  await expect(notice).toContainText("It starts automatically when the freeze ends.");
  expect((await freeze("DELETE")).status()).toBeLessThan(300);
});

test("the lane of a lost job is released by an admin with a note", async ({ signedIn, world }) => {
  const { id } = await aJob(world.db, { lane: "lost" }).lost();
  const deployer = await signedIn("deployer");
  await deployer.job.open(id);
  await expect(deployer.page.getByText("until an admin releases it")).toBeVisible();

  const admin = await signedIn("admin");
  await admin.job.open(id);
  await admin.page.getByRole("button", { name: "Release lane…" }).click();
  await admin.page.getByLabel("State of the servers").fill("All of them run the old version");
  await admin.page.getByRole("button", { name: "Release lane", exact: true }).click();

  await expect(deployer.page.getByText("until an admin releases it")).toHaveCount(0);
});
