// The same promise in every wording of scap: run once for each dialect (playwright.config.ts).
import { expect, test } from "./support/story.ts";

test("whatever its wording, each of scap's questions is asked with its own buttons, and yes deploys", async ({
  signedIn,
  world,
}) => {
  const { page, home, job } = await signedIn("deployer");
  await home.open();
  await home.choose(1234);
  await home.deploy("Deploy change 1234");
  await job.answer("Backport the changes?", "Yes");

  await job.isAsked(/Continue with (deployment|sync)\?/);
  await job.button(/^Yes\b/).click();
  await job.isIn("Deployed");

  await expect(job.questions.getByRole("listitem")).toHaveCount(2);
  await page.goto(world.server("production"));
  await expect(page.getByText("The autumn photo contest is open")).toBeVisible();
});
