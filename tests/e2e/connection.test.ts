// The connection between a page and the server.
import { aJob } from "../seed/seed.ts";
import { expect, test } from "./support/test.ts";

test("a page that is restored from the back/forward cache is updated", async ({ signedIn, world }) => {
  const { id, pendingId } = await aJob(world.db, { lane: "remembered" }).waiting({ on: "yes_no" });
  const { page, job } = await signedIn("deployer");
  await job.open(id);
  await expect(job.button("Yes")).toBeEnabled();

  await page.evaluate(() => window.dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true })));
  const response = await page.context().request.put(`/api/jobs/${id}/interactions/${pendingId}/answer`, {
    data: { value: true },
    headers: { origin: world.url },
  });
  expect(response.status()).toBe(200);
  await page.evaluate(() => window.dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));

  await expect(job.questions).toContainText("answered “Yes”");
});

test("a page without a connection says so, accepts no answer, and recovers by itself", async ({
  signedIn,
  world,
}) => {
  const { id } = await aJob(world.db, { lane: "offline" }).waiting({ on: "yes_no" });
  const { page, job } = await signedIn("deployer");
  await job.open(id);
  await expect(job.button("Yes")).toBeEnabled();

  await page.context().setOffline(true);
  await expect(
    page.getByText(/Connection lost\. Reconnecting… This page shows the status as of \d\d:\d\d:\d\d UTC/),
  ).toBeVisible();
  await expect(job.button("Yes")).toBeDisabled();
  await expect(job.question).toContainText("Not connected. Answer when reconnected.");

  await page.context().setOffline(false);
  await expect(page.getByText(/Connection lost/)).toHaveCount(0);
  await expect(job.button("Yes")).toBeEnabled();
});

test("a tab whose shared stream stopped without notice joins again", async ({ signedIn, world }) => {
  const { id } = await aJob(world.db, { lane: "cut-off" }).waiting({ on: "yes_no" });
  const { page, job } = await signedIn("deployer");
  await page.clock.install();
  await page.addInitScript(() => {
    let joined = 0;
    const Real = SharedWorker;
    Object.assign(window, {
      joined: () => joined,
      SharedWorker: class extends Real {
        constructor(url: string, options: WorkerOptions) {
          super(url, options);
          joined += 1;
        }
      },
    });
    Object.defineProperty(window.SharedWorker, "name", { value: "SharedWorker" });
  });
  const joined = () => page.evaluate(() => (window as unknown as { joined: () => number }).joined());
  await job.open(id);
  await expect(job.button("Yes")).toBeEnabled();
  await expect.poll(joined).toBe(1);

  // Advances the clock of the page only, so that no tick of the SharedWorker arrives in between.
  await expect
    .poll(async () => {
      await page.clock.runFor(40_000);
      return (await joined()) > 1;
    })
    .toBe(true);

  await expect(page.getByText(/Connection lost/)).toHaveCount(0);
  await expect(job.button("Yes")).toBeEnabled();
});
