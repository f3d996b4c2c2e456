import { readFile, writeFile } from "node:fs/promises";
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

test("an operation that is added while the installation runs is started as it was confirmed, or not at all", async ({
  signedIn,
  world,
}) => {
  const { page, job } = await signedIn("admin");
  const before = await readFile(world.operationsFile, "utf8");
  const define = (command: string) =>
    writeFile(
      world.operationsFile,
      `${before}
  release:
    name: Release the lock
    description: Release the lock of a ticket.
    parameters:
      ticket: { label: Ticket, hint: The ticket of the lock, type: text, pattern: "T[0-9]+", patternHint: For example T1234 }
    command: [lock, ${command}, "{ticket}"]
    lane: release
    confirmation: Release the lock of {ticket}?
    evidence: exit_code
    completedLabel: Released
`,
    );
  await define("--unlock-all");
  await page.goto("/operations");
  await page.getByRole("link", { name: "Release the lock", exact: true }).click();
  const ticket = page.getByLabel("Ticket");
  await expect(ticket).toHaveAccessibleDescription("The ticket of the lock. For example T1234.");
  const start = async () => {
    await page.getByRole("button", { name: "Release the lock…" }).click();
    await job.confirm("Release the lock");
  };
  await ticket.fill("1234");
  await start();
  await expect(job.confirmation).toContainText("Ticket: For example T1234.");
  await job.confirmation.getByRole("button", { name: "Cancel" }).click();
  await expect(ticket).toHaveAccessibleDescription("For example T1234");

  await ticket.fill("T1234");
  await expect(page.getByText("scap lock --unlock-all {ticket}")).toBeVisible();
  await define("--all");
  await start();
  await expect(job.confirmation).toContainText("The definition of this operation has changed.");
  await job.confirmation.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByText("scap lock --all {ticket}")).toBeVisible();
  await start();
  await job.answer("Press enter to unlock", "unlock");
  await job.isIn("Released");
  await writeFile(world.operationsFile, before);
});
