// A job on an unreachable host: the page says that it is stale, recovers by itself, and after five minutes an admin can
// declare the job lost.
import { transaction } from "#lib/db/connection.ts";
import { recordHolderFound } from "#lib/db/lost-jobs.ts";
import { aJob } from "../seed/seed.ts";
import { setHeartbeatAge, keepHeartbeatFresh } from "../seed/heartbeats.ts";
import { expectAccessible } from "./support/axe.ts";
import { expect, test } from "./support/test.ts";

test("the page of a job on an unreachable host says so, keeps its buttons, and recovers by itself", async ({
  signedIn,
  world,
}) => {
  const { id } = await aJob(world.db, { lane: "silent", host: "deploy7" })
    .startsPhase("sync-testservers")
    .waiting();
  const { page, job } = await signedIn("deployer");
  await setHeartbeatAge(world.db, id, 150);

  await job.open(id);

  const notice = page.getByText(/The worker on deploy7 hasn’t responded for [234] min\./);
  await expect(notice).toBeVisible();
  await expect(page.getByText(/This page shows the status as of \S+ UTC\./)).toBeVisible();
  await expect(page.getByRole("button", { name: "Declare lost…" })).toHaveCount(0);
  await expect(job.question).toContainText("Worker not responding. Answers are sent later.");
  await job.button("Yes").click();
  await expect(page.getByText(/Accepted, sending to scap\. Waiting for the worker\./)).toBeVisible();

  await keepHeartbeatFresh(world.db, id);
  await expect(notice).toHaveCount(0);
});

test("after five minutes an admin can declare the job lost with a note, and a deployer cannot", async ({
  signedIn,
  world,
}) => {
  const { id } = await aJob(world.db, { lane: "gone", host: "deploy8" }).waiting();
  await setHeartbeatAge(world.db, id, 400);
  const deployer = await signedIn("deployer");
  await deployer.job.open(id);
  await expect(deployer.page.getByText("an admin can declare the job lost")).toBeVisible();
  await expect(deployer.page.getByRole("button", { name: "Declare lost…" })).toHaveCount(0);

  const { page, job } = await signedIn("admin");
  await job.open(id);
  await page.getByRole("button", { name: "Declare lost…" }).click();
  const dialog = page.getByRole("dialog", { name: `Declare job ${id} lost?` });
  await expect(dialog).toContainText("may still be running on deploy8");
  await expect(dialog.getByRole("button", { name: "Declare lost" })).toBeDisabled();
  await dialog.getByLabel("State of the host").fill("Its disk is broken.");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Declare lost" }).click();

  await job.isIn("Lost");
  await expect(page.getByText("admin declared the job lost at")).toContainText(
    "“Its disk is broken.” The result is unknown.",
  );
  await expect(job.question).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Release lane…" })).toBeVisible();
  // Other open pages are updated too.
  await expect(deployer.page.getByText("admin declared the job lost at")).toBeVisible();

  // The host recovers, and its worker finds that scap is still running.
  await expect(page.getByText("scap was still running on")).toHaveCount(0);
  await transaction(world.db, (tx) => recordHolderFound(tx, id, { host: "deploy8", pid: 4711 }));
  for (const watching of [page, deployer.page]) {
    await expect(watching.getByText("scap was still running on deploy8 (process 4711)")).toBeVisible();
  }
});
