import { query } from "#lib/db/connection.ts";
import { expect, test } from "./support/test.ts";
import { ERRORS_ABOVE, type World } from "./support/world.ts";

const errorRate = async (world: World) => {
  const [row] = await query<{ rate: number | null }>(
    world.db,
    "select spiderpig.errors_per_minute() as rate",
  );
  return row?.rate ?? 0;
};

test.beforeAll(({ world }) => world.reset());
// What was merged is not found any more by the searches of other tests, and the errors ask none of them for a confirmation.
test.afterAll(async ({ world }) => {
  await world.reset();
  await query(world.db, "update spiderpig.error_source set claimed_at = '-infinity'");
  await expect.poll(() => errorRate(world)).toBeLessThanOrEqual(ERRORS_ABOVE);
});

test("a rollback at the test servers needs a confirmation, and the change that is still merged can be reverted from there", async ({
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

  const wordmark = async () =>
    (await page.request.get(`${world.server("testservers")}/static/wordmark.svg`)).text();
  expect(await wordmark()).not.toContain("10");

  const rolledBack = job.id;
  await page.getByRole("button", { name: "Revert" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("1235");
  await expect(dialog).toContainText("Nothing was deployed to the same branch since.");
  await dialog.getByLabel("Reason").fill("The wordmark is cut off");
  await dialog.getByRole("button", { name: "Revert" }).click();
  await page.waitForURL((url) => url.pathname !== `/jobs/${rolledBack}`);

  await job.answer("Revert the changes?", "Yes");
  await job.isAsked("Please supply a reason for revert");
  await expect(job.question.getByRole("textbox")).toHaveValue("The wordmark is cut off");
  await job.button("Send to scap").click();
  await job.answer("Continue with deployment?", /Yes/);
  await job.isIn("Reverted");
  await expect(page.getByText("The revert is in production.")).toBeVisible();
  expect(await wordmark()).not.toContain("10");

  // Both jobs link to each other.
  const reverting = job.id;
  await page.getByRole("link", { name: `job ${rolledBack}` }).click();
  await expect(page.getByRole("link", { name: `job ${reverting}` })).toBeVisible();
  await expect(page.getByRole("button", { name: "Revert" })).toHaveCount(0);
  await page.goto("/changes/1235");
  await expect(page.getByText("Reverted").first()).toBeVisible();
});

test("a failed check leads to scap's question what to do; the errors that the change causes are shown beside it, and the deployer rolls back", async ({
  signedIn,
  world,
}) => {
  const { page, home, job } = await signedIn("deployer");
  await home.open("/?changes=1237");
  await home.deploy("Deploy change 1237");
  await job.answer("Backport the changes?", "Yes");

  await job.isAsked(/failed\./);
  const errors = job.question.getByRole("region", { name: "Errors of the servers" });
  await expect(errors).toContainText("errors/min");
  await expect(errors).toContainText(/new messages?: wmf-config\/search\.json/);
  await expect(job.question.getByRole("button")).toHaveText([
    /Retry/,
    /Ignore failure/,
    /Roll back/,
    /Exit without/,
  ]);
  await job.button(/Ignore failure/).click();
  await expect(job.confirmation).toContainText("Overrides the failed check");
  await expect.poll(() => errorRate(world)).toBeGreaterThan(ERRORS_ABOVE);
  await job.confirm(/Ignore failure/);
  const second = page.getByRole("alertdialog", { name: /error rate/ });
  await expect(second).toContainText(/The servers log \d+ errors per minute/);
  await expect(second).toContainText("wmf-config/search.json");
  await second.getByRole("button", { name: "Cancel" }).click();

  await job.button(/Roll back/).click();
  await job.confirm(/Roll back/);
  await job.answer("it still exists in the codebase", /./);
  await job.isIn("Rolled back");
  const [decisive] = await query<{ errors: number }>(
    world.db,
    `select errors_at_answer as errors
     from history.interactions
     where job_id = $1 and answer_text like 'Roll back%'`,
    [job.id],
  );
  expect(decisive?.errors).toBeGreaterThan(0);
});
