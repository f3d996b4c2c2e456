// The same deployment with each wording of scap, each in a sandbox that was reset.
import { expect, test } from "./support/test.ts";

test.afterAll(({ world }) => world.reset());

/** Each wording and each way to ask once: dialects use scap's protocol unless their name ends with `-terminal`. */
const DIALECTS = ["2025", "today-terminal"];

for (const dialect of DIALECTS) {
  test(`each question of scap ${dialect} has its own buttons, and yes deploys`, async ({
    signedIn,
    world,
  }) => {
    await world.reset({ dialect });
    const { page, home, job } = await signedIn("deployer");
    await page.goto(world.server("production"));
    await expect(page.getByText("The autumn photo contest is open")).toHaveCount(0);
    await home.open();
    await home.select(1234);
    await home.deploy("Deploy change 1234");
    await job.answer("Backport the changes?", "Yes");

    await job.isAsked(/Continue with (deployment|sync)\?/);
    await job.button(/^Yes\b/).click();
    await job.isIn("Deployed");

    await expect(job.questions.getByRole("listitem")).toHaveCount(2);
    await page.goto(world.server("production"));
    await expect(page.getByText("The autumn photo contest is open")).toBeVisible();
  });
}
