// What every page promises. A new page needs a row in PAGES.
import { globSync } from "node:fs";
import path from "node:path";
import { type Database, query, transaction } from "#lib/db/connection.ts";
import { askInteraction, withdrawPrompt } from "#lib/db/interactions.ts";
import { cancelQueued } from "#lib/db/jobs.ts";
import { finishJob } from "#lib/db/runs.ts";
import { aJob } from "../seed/seed.ts";
import { aWindow } from "../seed/seed-window.ts";
import { QUESTIONS } from "../seed/seed-questions.ts";
import { keepHeartbeatFresh } from "../seed/heartbeats.ts";
import { expectAccessible } from "./support/axe.ts";
import { expectStable, recordShifts } from "./support/layout-shift.ts";
import { expect, test } from "./support/test.ts";

test.use({ installation: "pages" });

/** By the folder of the page, an address for a job. */
const PAGES: Record<string, (jobId: number) => string> = {
  "(main)": () => "/",
  "(main)/jobs/[id]": (jobId) => `/jobs/${jobId}`,
  "(main)/history": () => "/history",
  "(main)/insights": () => "/insights",
  "(main)/train": () => "/train",
  "(main)/windows": () => "/windows",
  "(main)/windows/[id]": () => "/windows/1",
  "(main)/errors": () => "/errors",
  "(main)/operations": () => "/operations?kind=lock",
  "(main)/changes/[number]": () => "/changes/1234",
  "(main)/people/[name]": () => "/people/deployer",
  "(main)/admin/people": () => "/admin/people",
  "(main)/admin/audit": () => "/admin/audit",
  "(main)/admin/lanes": () => "/admin/lanes",
  "(main)/admin/webhooks": () => "/admin/webhooks",
  "(main)/admin/webhooks/[id]": () => "/admin/webhooks/1",
  "(main)/account": () => "/account",
  "sign-in": () => "/sign-in",
};

test.beforeAll(async ({ world }) => {
  await aWebhook(world.db);
  await aWindow(world.db, { startsAt: new Date(), changes: [1234, 1235, 1236] });
});

/** Number 1, with a delivery. It is not sent to. */
async function aWebhook(db: Database): Promise<void> {
  await query(
    db,
    `with added as (
       insert into notification.webhook (name, host, encrypted_url, encrypted_secret, template, events, created_by)
       values ('Operations', 'hooks.example.org', '', '', 'slack', '{}', 'admin')
       returning id
     )
     insert into notification.webhook_delivery (webhook_id, payload, state, attempts, response_status, response_body, error)
     select id, '{"type":"test"}', 'failed', 8, 500, 'out of order', 'The receiver responded with status 500.' from added`,
  );
}

test("every page of the program is tested here", () => {
  const app = path.resolve(import.meta.dirname, "../../app");
  const folders = globSync("**/page.tsx", { cwd: app }).map((file) => path.dirname(file));
  expect(folders.toSorted()).toEqual(Object.keys(PAGES).toSorted());
});

test("on no page anything moves when jobs are queued, ask and end, and when the connection is lost", async ({
  signedIn,
  world,
}) => {
  test.slow();
  // The page of a job that has ended has no connection to lose.
  const shown = await aJob(world.db, { lane: "pages-shown" }).running();
  await keepHeartbeatFresh(world.db, shown.id);
  const { page } = await signedIn("admin", { viewport: { width: 1280, height: 860 } });
  const shifts = await recordShifts(page);
  const showsQuestions = async () => {
    const [row] = await query<{ count: number }>(
      world.db,
      "select count(*)::integer as count from spiderpig.interaction where state = 'pending'",
    );
    const count = row?.count ?? 0;
    await expect(page).toHaveTitle(count === 0 ? /^[^●]/ : new RegExp(`^● ${count} question`));
  };
  for (const [name, address] of Object.entries(PAGES)) {
    if (name === "sign-in") continue;
    const lane = `pages-${name.replaceAll(/[^a-z]/g, "")}`;
    const isSteady = async (after: string) => expectStable(await shifts(), `${name}: ${after}`);
    await page.goto(address(shown.id));
    await showsQuestions();

    const { id } = await aJob(world.db, { lane }).running();
    await keepHeartbeatFresh(world.db, id);
    const queued = await aJob(world.db, { lane }).queued();
    await transaction(world.db, (tx) =>
      askInteraction(tx, id, { ...QUESTIONS.choices, promptKey: lane, line: 1, askedAt: new Date() }),
    );
    await showsQuestions();
    await isSteady("a question");

    // Otherwise the worker would start it.
    await transaction(world.db, (tx) => cancelQueued(tx, queued.id, "deployer"));
    await transaction(world.db, async (tx) => {
      await withdrawPrompt(tx, id, lane, "the job ended");
      const end = { outcome: "rolled_back", exitCode: 1, exitSignal: null, at: new Date() } as const;
      await finishJob(tx, { jobId: id, epoch: 1 }, { state: "failed", ...end });
    });
    await showsQuestions();
    await isSteady("the end of a job");

    await page.context().setOffline(true);
    await expect(page.getByText(/Connection lost/)).toBeVisible();
    await isSteady("a lost connection");
    await page.context().setOffline(false);
    await expect(page.getByText(/Connection lost/)).toHaveCount(0);
    await isSteady("a restored connection");
  }
});

test("no page has an accessibility violation or scrolls sideways, in any theme and from 320 to 1920 px", async ({
  signedIn,
  world,
  browser,
}) => {
  // Three analyses of each page.
  test.slow();
  const { id } = await aJob(world.db, { lane: "pages-axe", changes: [1234, 1235] }).waiting({
    on: "choices",
  });
  await keepHeartbeatFresh(world.db, id);
  await aJob(world.db, { lane: "pages-axe" }).queued();
  await aJob(world.db, { lane: "pages-axe-ended" }).failed("rolled_back");
  const stranger = await (await browser.newContext({ baseURL: world.url })).newPage();
  const { page: admin } = await signedIn("admin");

  for (const [name, address] of Object.entries(PAGES)) {
    const page = name === "sign-in" ? stranger : admin;
    await page.goto(address(id));
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expectAccessible(page, { hasForcedColours: true });
    for (const width of [320, 640, 1280, 1920]) {
      await page.setViewportSize({ width, height: 860 });
      const excess = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(excess, `${name} at ${width} px`).toBe(0);
    }
  }
  await stranger.context().close();
});
