// What the deploy form says about the selected changes before anything is queued.
import { aJob } from "../seed/seed.ts";
import { expectAccessible } from "./support/axe.ts";
import { expect, test } from "./support/test.ts";

const CONFIG = "operations/mediawiki-config";

test("what is selected is in the address: a reload keeps it, Back undoes it, and typed numbers work as pasted ones", async ({
  signedIn,
}) => {
  const { page, home } = await signedIn("deployer");
  await home.open("/?changes=1241");
  await expect(home.selected.getByRole("listitem")).toHaveCount(1);

  await home.search.pressSequentially("1246, 1247 1248");
  await expect(page.getByRole("button", { name: "Select 3 changes" })).toBeVisible();
  await home.search.press("Enter");
  await expect(page).toHaveURL(/\/\?changes=1241,1246,1247,1248$/);
  await expect(home.selected.getByRole("listitem")).toHaveCount(4);
  await expect(home.selected).toContainText("Thank the volunteers");

  await page.reload();
  await expect(home.selected.getByRole("listitem")).toHaveCount(4);
  await home.selected.getByRole("button", { name: "Remove change 1247" }).click();
  await expect(page).toHaveURL(/\/\?changes=1241,1246,1248$/);
  await page.goBack();
  await expect(home.selected).toContainText("Thank the volunteers");
  await page.goBack();
  await expect(home.selected.getByRole("listitem")).toHaveCount(1);
});

test("a missing parent is named beside the button and added in front; without it scap's refusal is confirmed first", async ({
  signedIn,
}) => {
  const { page, home } = await signedIn("deployer");
  await home.open("/?changes=1242");
  const checks = page.getByRole("region", { name: "Checks" });
  await expect(checks).toContainText("1242 depends on 1241, which is neither merged nor selected.");
  const confirmation = page.getByRole("alertdialog");

  await page.getByRole("button", { name: "Deploy change 1242" }).click();
  await expect(confirmation).toContainText("Deploy although scap will refuse it?");
  await confirmation.getByRole("button", { name: "Cancel" }).click();

  await checks.getByRole("button", { name: "Add 1241" }).click();
  await expect(page).toHaveURL(/\/\?changes=1241,1242$/);
  await expect(page.getByText("No problems found")).toBeVisible();
});

test("votes, files, message, earlier jobs and warnings of a change are shown, and nothing moves when they arrive", async ({
  signedIn,
  world,
}) => {
  const changes = [{ number: 1246, project: CONFIG }];
  const { id } = await aJob(world.db, { lane: "earlier", changes }).succeeded();
  const { page, home } = await signedIn("deployer");
  const held = Promise.withResolvers<void>();
  await page.route("**/api/changes/*", async (route) => {
    await held.promise;
    await route.continue();
  });
  await home.open("/?changes=1246,1253");
  await expect(home.selected).toContainText("Load the map of the orchard");
  await expect(page.getByText("Checking…")).toBeVisible();
  const button = page.getByRole("button", { name: "Deploy 2 changes" });
  await expect(button).toBeEnabled();
  const places = async () => [await button.boundingBox(), await home.section("Recent jobs").boundingBox()];
  const before = await places();

  held.resolve();
  const checks = page.getByRole("region", { name: "Checks" });
  await expect(checks).toContainText("1253 has Verified −1 from jenkins-bot: its tests failed.");
  await expect(checks).toContainText("1246 was already deployed.");
  await expect(checks.getByRole("link", { name: `Job ${id}: Deployed` })).toHaveAttribute(
    "href",
    `/jobs/${id}`,
  );
  await expect(home.selected).toContainText("Tests failed");
  expect(await places(), "the button and the sections below").toEqual(before);

  await home.selected.getByRole("button", { name: "Show details of 1246" }).click();
  await expect(home.selected).toContainText("Both are above the threshold of translated messages.");
  await expect(home.selected.getByRole("table", { name: "Files" })).toContainText(
    "wmf-config/languages.json",
  );
  await expect(home.selected.getByRole("link", { name: "T373001" }).last()).toHaveAttribute(
    "href",
    "https://tasks.example/T373001",
  );
  await expectAccessible(page);
});

test("when facts cannot be read, the form says so and still deploys", async ({ signedIn }) => {
  const { page, home } = await signedIn("deployer");
  await page.route("**/api/changes/*", (route) => route.abort());
  await home.open("/?changes=1250");

  await expect(page.getByText("Not everything is known about 1250. You can still deploy.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Deploy change 1250" })).toBeEnabled();
});
