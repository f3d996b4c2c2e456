// Permissions, and protection against foreign scripts and frames.
import { disableAccount } from "#lib/auth/manage-account.ts";
import { addAccount } from "#lib/auth/accounts.ts";
import { query } from "#lib/db/connection.ts";
import { revert } from "#lib/operations/revert.ts";
import { asOperator } from "../support/origin.ts";
import { aJob } from "../seed/seed.ts";
import { expect, test } from "./support/test.ts";

test("a viewer sees the question and who can answer it, but no buttons", async ({ signedIn, world }) => {
  const { id } = await aJob(world.db, { lane: "viewer" }).waiting({ on: "choices" });
  const { page, job } = await signedIn("viewer");

  await job.open(id);

  await job.isAsked("Testserver checks failed.");
  await expect(job.question.getByRole("button")).toHaveCount(0);
  await expect(job.question).toContainText("Deployers can answer");
  await expect(page.getByRole("button", { name: "Stop" })).toHaveCount(0);
  await page.goto("/");
  await expect(page.getByRole("combobox")).toHaveCount(0);
});

test("where the policy requires a second person, the starter sees why there are no buttons, and another deployer answers", async ({
  signedIn,
  world,
}) => {
  const { id } = await aJob(world.db, { lane: "four-eyes", operation: revert, by: "deployer" }).waiting();
  await query(world.db, "update spiderpig.job set reached = 'canaries' where id = $1", [id]);
  const starter = await signedIn("deployer");
  const second = await signedIn("second-deployer");
  await starter.job.open(id);
  await second.job.open(id);

  await expect(starter.job.question).toContainText(
    "You started or took over this job. Another person must answer.",
  );
  await expect(starter.job.question.getByRole("button")).toHaveCount(0);
  await second.job.button(/Yes/).click();

  await expect(starter.job.questions).toContainText("second-deployer answered");
});

test("a person whose account is disabled sees that at once, and an answer from the open page is refused", async ({
  page,
  world,
}) => {
  const account = { name: "leaver", role: "deployer", password: "correct horse battery" } as const;
  await addAccount(asOperator(world.db), account);
  const { id } = await aJob(world.db, { lane: "leaver", by: "deployer" }).waiting();
  await page.goto(`${world.url}/sign-in?next=/jobs/${id}`);
  await page.getByLabel("Username").fill(account.name);
  await page.getByLabel("Password").fill(account.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  const question = page.getByRole("region", { name: /^Question of job/ });
  const yes = question.getByRole("button", { name: /Yes/ });
  await expect(yes).toBeEnabled();

  await disableAccount(asOperator(world.db), account.name);

  await expect(page.getByText("You are signed out.").first()).toBeVisible();
  await expect(yes).toBeDisabled();
  await page.reload();
  await expect(page.getByLabel("Username")).toBeVisible();
});

test("a page runs no foreign scripts, and cannot be framed by another site", async ({ page, world }) => {
  await page.goto(`${world.url}/sign-in`);
  const injected = page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "document.body.dataset.ran = 'yes'";
    document.body.append(script);
    return document.body.dataset.ran;
  });
  expect(await injected).toBeUndefined();

  await page.goto("about:blank");
  await page.setContent(`<iframe src="${world.url}/sign-in"></iframe>`);
  await expect.poll(() => page.frames()[1]?.url()).toMatch(/^chrome-error:/);
});
