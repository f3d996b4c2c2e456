// Complete deployments, from the deploy form to production.
import type { Locator } from "@playwright/test";
import { expect, test } from "./support/test.ts";

test.beforeAll(({ world }) => world.reset());
// What was merged is not found any more by the searches of other tests.
test.afterAll(({ world }) => world.reset());

const CHECK = /Continue with deployment\?/;
const CONTINUE = "Yes, continue with deployment";

test("a change is deployed to the test servers, and to production when a deployer confirms", async ({
  signedIn,
  world,
}) => {
  const { page, home, job } = await signedIn("deployer");
  const visitor = await page.context().newPage();
  const seenAt = async (stage: "testservers" | "production") => {
    await visitor.goto(world.server(stage));
    return visitor.getByText("The autumn photo contest is open").isVisible();
  };

  await home.open();
  await home.select(1234);
  await expect(home.selected).toContainText("Announce the autumn photo contest");
  await home.deploy("Deploy change 1234");

  await job.answer("Backport the changes?", "Yes");
  await job.isAsked(CHECK);
  expect(await seenAt("testservers"), "the test servers show the change").toBe(true);
  expect(await seenAt("production"), "production does not have it yet").toBe(false);

  await job.button(CONTINUE).click();
  await job.isIn("Deployed");
  await expect(page.getByText("The change is in production.")).toBeVisible();
  expect(await seenAt("production"), "production shows the change").toBe(true);
  await expect(job.questions.getByRole("listitem")).toHaveCount(2);
  await expect(job.questions).toContainText(`You answered “${CONTINUE}”`);
  await expect(job.log).toContainText("Finished scap sync-world");

  await home.open();
  await expect(home.section("Recent jobs")).toContainText("Announce the autumn photo contest");
});

test("of two simultaneous answers the first is used, the second is refused with a reason, and both people see the same", async ({
  signedIn,
}) => {
  const ada = await signedIn("deployer");
  const bob = await signedIn("second-deployer");
  await ada.home.open("/?changes=1246");
  await ada.home.deploy("Deploy change 1246");
  await bob.job.open(ada.job.id);
  for (const { job } of [ada, bob]) await job.isAsked("Backport the changes?");
  for (const { job } of [ada, bob]) await expect(job.button("Yes")).toBeEnabled();

  // Holds both answers until both people have clicked.
  const pressed = Promise.withResolvers<void>();
  let presses = 0;
  for (const { page } of [ada, bob]) {
    await page.route("**/answer", async (route) => {
      presses += 1;
      if (presses === 2) pressed.resolve();
      await pressed.promise;
      await route.continue();
    });
  }
  await Promise.all([ada.job.button("Yes").click(), bob.job.button("Yes").click()]);

  await expect
    .poll(async () => {
      const notices = [ada, bob].map(({ page }) => page.getByText("Your answer was not used.").count());
      return (await Promise.all(notices)).reduce((sum, count) => sum + count, 0);
    })
    .toBe(1);
  for (const { page, job } of [ada, bob]) {
    await page.unroute("**/answer");
    await job.isAsked(CHECK);
  }
  const firstAnswer = async (person: typeof ada) =>
    (await person.job.questions.getByRole("listitem").first().innerText()).replace(
      /You|deployer|second-deployer/,
      "?",
    );
  // Each page is updated by its own stream.
  await expect(async () => expect(await firstAnswer(ada)).toBe(await firstAnswer(bob))).toPass();

  await bob.job.button(CONTINUE).click();
  for (const { job } of [ada, bob]) await job.isIn("Deployed");
  await expect(ada.job.questions).toContainText(`second-deployer answered “${CONTINUE}”`);
});

test("a reloaded page shows the same job, question and log", async ({ signedIn }) => {
  const { page, home, job } = await signedIn("deployer");
  await home.open();
  await home.select(1247, 1248);
  await home.deploy("Deploy 2 changes");
  await job.answer("Backport the changes?", "Yes");
  // A reload aborts requests that have not been sent.
  await expect(job.questions).toContainText("You answered “Yes”");
  await page.reload();

  await job.isAsked(CHECK);
  await expect(job.log).toContainText("synced to the testservers");
  await page.reload();

  await job.isAsked(CHECK);
  await expect(job.questions).toContainText("You answered “Yes”");
  await job.button(CONTINUE).click();
  await job.isIn("Deployed");
});

test("a double click starts one job", async ({ signedIn }) => {
  const { page, home, job } = await signedIn("deployer");
  const jobsOfChange = async () => {
    const list = await page.context().request.get("/api/jobs?change=1238");
    return ((await list.json()) as { jobs: unknown[] }).jobs.length;
  };
  const before = await jobsOfChange();
  await home.open();
  await home.select(1238);

  await page.getByRole("button", { name: "Deploy change 1238" }).dblclick();

  await page.waitForURL(/\/jobs\/\d+$/);
  expect(await jobsOfChange()).toBe(before + 1);
  await job.answer("Backport the changes?", "No");
  await job.isIn("Declined");
});

test("on the page of a job nothing that can be pressed moves, from the queue to the end", async ({
  signedIn,
}) => {
  const other = await signedIn("second-deployer");
  await other.home.open();
  await other.home.select(1246);
  await other.home.deploy("Deploy change 1246");
  await other.job.isAsked("Backport the changes?");
  const { page, home, job } = await signedIn("deployer", { viewport: { width: 1280, height: 860 } });
  await home.open();
  await home.select(1247);
  await home.deploy("Deploy change 1247");
  await expect(page.getByText(/Position 1 in the queue/)).toBeVisible();
  const main = page.getByRole("main");
  const links = main.getByRole("link", { name: /^(deployer|1247|Deployments)/ });
  const watch = page.getByRole("button", { name: "Watch" });
  const controls = main.getByRole("button", { name: /^(Follow|Wrap|Full screen)$/ });
  const placesOf = async (...all: Locator[]) =>
    Promise.all(
      (await Promise.all(all.map((one) => one.all()))).flat().map(async (one) => {
        const box = await one.boundingBox();
        return [box?.x, box?.y];
      }),
    );
  const queued = await placesOf(links, watch);
  expect(queued).toHaveLength(4);

  await other.job.button("No").click();
  await job.isAsked("Backport the changes?");
  expect(await placesOf(links, watch), "the job has started").toEqual(queued);
  await expect(controls).toHaveCount(3);
  const running = await placesOf(links, controls);

  await other.job.open(job.id);
  await other.job.answer("Backport the changes?", "Yes");
  await job.isAsked(CHECK);
  expect(await placesOf(links, controls), "the second question").toEqual(running);
  const phases = page.getByRole("complementary").getByRole("link");
  const known = await phases.count();
  const during = await placesOf(phases);

  await other.job.answer(CHECK, CONTINUE);
  await job.isIn("Deployed");
  await expect(page.getByText("The change is in production.")).toBeInViewport();
  expect(await placesOf(links, controls), "the end").toEqual(running);
  expect((await placesOf(phases)).slice(0, known), "the links to the phases at the end").toEqual(during);
});
