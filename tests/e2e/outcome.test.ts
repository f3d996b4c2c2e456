// The description of outcomes, and of the effects of a stop.
import { AT_TESTSERVERS, QUESTIONS } from "../seed/seed-questions.ts";
import { aJob } from "../seed/seed.ts";
import { keepHeartbeatFresh } from "../seed/heartbeats.ts";
import { expectAccessible } from "./support/axe.ts";
import { expect, test } from "./support/test.ts";

test("a failure shows scap's own message, where the change is, and the first error in the log", async ({
  signedIn,
  world,
}) => {
  const { id } = await aJob(world.db, { lane: "failed" })
    .prints(...Array.from({ length: 400 }, (_, n) => `line ${n}`))
    .phase("sync-testservers-k8s", 30)
    .startsPhase("sync-canaries-k8s")
    .prints("12:00:00 K8s deployment to stage canaries failed: timed out waiting for the condition")
    .prints(...Array.from({ length: 400 }, (_, n) => `later line ${n}`))
    .failed("exit_nonzero");
  const { page, job } = await signedIn("viewer");
  await job.open(id);

  await expect(page.getByText("scap failed (exit code 1).")).toBeVisible();
  await expect(
    page.getByText("The test servers have the change, and some canaries may have it."),
  ).toBeVisible();
  await expect(page.getByText("timed out waiting for the condition").first()).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("link", { name: "Show first error in log" }).click();

  await expect(job.log.getByText("K8s deployment to stage canaries failed")).toBeInViewport();
});

test("at the test servers the stop menu offers the answer that rolls back, and describes what an interrupt leaves", async ({
  signedIn,
  world,
}) => {
  const { id } = await aJob(world.db, { lane: "at-testservers" })
    .phase("sync-testservers-k8s", 30)
    .waiting({ on: AT_TESTSERVERS });
  await keepHeartbeatFresh(world.db, id);
  const { page, job } = await signedIn("deployer");
  await job.open(id);

  await page.getByRole("button", { name: "Stop" }).click();
  await page.getByRole("menuitem", { name: "Interrupt the current step…" }).click();
  await expect(job.confirmation).toContainText("so it exits. The test servers have the change.");
  await expect(job.confirmation).toContainText("Safer: answer the question with “No, roll back");
  await job.confirmation.getByRole("button", { name: "Cancel" }).click();

  await page.getByRole("button", { name: "Stop" }).click();
  await page.getByRole("menuitem", { name: "Answer “No, roll back deployment and terminate”…" }).click();
  await expect(job.confirmation).toContainText("rolls back every server that has the change");
  await job.confirm(/^Answer/);

  await expect(job.confirmation).toHaveCount(0);
  await expect(job.questions).toContainText("No, roll back deployment and terminate");
});

test("the outcome of an interrupt names the person and the question, and says that nothing was deployed", async ({
  signedIn,
  world,
}) => {
  const { id } = await aJob(world.db, { lane: "interrupted" })
    .asks(QUESTIONS.yes_no)
    .signalled("interrupt", { by: "ada" })
    .failed("interrupted");
  const { page, job } = await signedIn("viewer");
  await job.open(id);

  await expect(
    page.getByText("ada interrupted scap at “Backport the changes?”. Nothing was deployed."),
  ).toBeVisible();
});
