// Many tabs of one browser over HTTP/1.1, where they share six connections, and requests that the network delays.
import type { BrowserContext, Page } from "@playwright/test";
import { aJob } from "../seed/seed.ts";
import { keepHeartbeatFresh } from "../seed/heartbeats.ts";
import { JobPage } from "./support/job-page.ts";
import { type Network, startNetwork } from "./support/network.ts";
import { expect, test as base } from "./support/test.ts";

const TABS = 10;

const test = base.extend<{ network: Network }>({
  network: async ({ world }, provide) => {
    const network = await startNetwork(world.url);
    await provide(network);
    network.close();
  },
});

test("ten tabs of a browser share one event stream, and an answer in any of them is applied immediately", async ({
  signedIn,
  world,
  network,
}) => {
  test.slow();
  const ids = await waitingJobs(world.db, "tabs", TABS);
  const { page } = await signedIn("deployer", { baseURL: network.url });
  const tabs = await openTabs(page.context(), ids);
  for (const { job } of tabs.all) await expect(job.button("Yes")).toBeEnabled();
  await expect.poll(() => network.openStreams()).toBe(1);
  expect(network.maxStreams(), "one, and one that takes its place").toBeLessThanOrEqual(2);

  for (const { tab } of tabs.all) expect(await statusOf(tab, "/api/whoami")).toBe(200);
  await tabs.at(1).job.button("Yes").click();
  await expect(tabs.at(1).job.questions).toContainText("answered “Yes”");

  // Each tab still receives the updates of its job after the first tab is closed.
  await tabs.at(0).tab.close();
  await answer(page.context(), world.url, ids[2] ?? 0);
  await expect(tabs.at(2).job.questions).toContainText("answered “Yes”");
  await expect(tabs.at(3).job.button("Yes")).toBeEnabled();
  expect(network.maxStreams()).toBeLessThanOrEqual(2);
});

test("all tabs report a lost connection, miss no event, and recover by themselves", async ({
  signedIn,
  world,
  network,
}) => {
  const ids = await waitingJobs(world.db, "cut", 3);
  const { page } = await signedIn("deployer", { baseURL: network.url });
  const tabs = await openTabs(page.context(), ids);
  for (const { job } of tabs.all) await expect(job.button("Yes")).toBeEnabled();
  await expect.poll(() => network.openStreams()).toBe(1);

  const restore = network.breakAll();
  for (const { tab, job } of tabs.all) {
    await expect(tab.getByText(/Connection lost/)).toBeVisible();
    await expect(job.button("Yes")).toBeDisabled();
  }
  await answer((await signedIn("deployer")).page.context(), world.url, ids[1] ?? 0);
  restore();

  for (const { tab } of tabs.all) await expect(tab.getByText(/Connection lost/)).toHaveCount(0);
  await expect(tabs.at(1).job.questions).toContainText("answered “Yes”");
  await expect(tabs.at(0).job.button("Yes")).toBeEnabled();
  await expect.poll(() => network.openStreams()).toBe(1);
});

test("tabs that are closed, hidden or opened later do not interrupt the connection of others", async ({
  signedIn,
  world,
  network,
}) => {
  const ids = await waitingJobs(world.db, "calm", 3);
  const { page } = await signedIn("deployer", { baseURL: network.url });
  const [first = 0, second = 0, third = 0] = ids;
  const stays = await openTab(page.context(), first);
  const goes = await openTab(page.context(), second);
  await expect(stays.job.button("Yes")).toBeEnabled();
  await recordBanners(stays.tab);

  await goes.tab.close();
  const later = await openTab(page.context(), third);
  await expect(later.job.button("Yes")).toBeEnabled();
  await later.tab.reload();
  await expect(later.job.button("Yes")).toBeEnabled();

  await answer(page.context(), world.url, ids[0] ?? 0);
  await expect(stays.job.questions).toContainText("answered “Yes”");
  expect(await stays.tab.evaluate(() => (window as unknown as { banners: number }).banners)).toBe(0);
});

test("an answer without a free connection is aborted, reported as not sent, and never delivered", async ({
  signedIn,
  world,
  network,
}) => {
  const [id = 0] = await waitingJobs(world.db, "queued-request", 1);
  const { page, job } = await signedIn("deployer", { baseURL: network.url });
  await job.open(id);
  await expect(job.button("Yes")).toBeEnabled();
  // Other pages of the same origin may use all connections.
  await page.evaluate(() => {
    const taken = Array.from({ length: 6 }, () => new EventSource("/api/events"));
    Object.assign(window, { free: () => taken.forEach((source) => source.close()) });
  });
  await expect.poll(() => network.openStreams()).toBe(6);

  await job.button("Yes").click();
  await expect(job.question).toContainText("Not sent.");
  await expect(job.question).toContainText("will not be sent later");
  await page.evaluate(() => (window as unknown as { free: () => void }).free());

  // Everything that the browser had queued has been sent before this request.
  expect(await statusOf(page, "/api/whoami")).toBe(200);
  expect(await questionOf(page.context(), id)).toMatchObject({ state: "pending" });
  await expect(job.button("Yes")).toBeEnabled();
  await job.button("Yes").click();
  await expect(job.questions).toContainText("answered “Yes”");
});

test("an answer that the network delivers late is refused, and the deployer sees that", async ({
  signedIn,
  world,
  network,
}) => {
  const [id = 0] = await waitingJobs(world.db, "late-request", 1);
  const { page, job } = await signedIn("deployer", { baseURL: network.url });
  await job.open(id);
  await expect(job.button("Yes")).toBeEnabled();

  network.hold();
  await job.button("Yes").click();
  await expect(job.question).toContainText("Sent, but no response yet.");
  expect(network.deliver()).toBeGreaterThan(0);

  await expect(job.question).toContainText("Not sent.");
  expect(await questionOf(page.context(), id)).toMatchObject({ state: "pending" });
  await expect(job.button("Yes")).toBeEnabled();
});

test("without a shared stream, only visible tabs hold a connection", async ({ signedIn, world, network }) => {
  const [first = 0, second = 0, third = 0] = await waitingJobs(world.db, "phone", 3);
  const { page } = await signedIn("deployer", { baseURL: network.url });
  await page.context().addInitScript(() => {
    Object.assign(window, { SharedWorker: undefined });
  });
  const hidden = await openTab(page.context(), first);
  await expect.poll(() => network.openStreams()).toBe(1);
  await setVisibility(hidden.tab, "hidden");
  await expect.poll(() => network.openStreams()).toBe(0);

  const background = await page.context().newPage();
  await background.addInitScript(() => {
    Object.defineProperty(document, "visibilityState", { get: () => "hidden", configurable: true });
  });
  await background.goto(`/jobs/${third}`);
  // The page connects when it is idle.
  await background.waitForLoadState("networkidle");
  const shown = await openTab(page.context(), second);
  await answer(page.context(), world.url, second);
  await expect(shown.job.questions).toContainText("answered “Yes”");
  expect(network.maxStreams()).toBe(1);

  await answer(page.context(), world.url, first);
  await setVisibility(hidden.tab, "visible");

  await expect(hidden.job.questions).toContainText("answered “Yes”");
  await expect(hidden.tab.getByText(/Connection lost/)).toHaveCount(0);
});

function setVisibility(page: Page, state: "hidden" | "visible"): Promise<void> {
  return page.evaluate((value) => {
    Object.defineProperty(document, "visibilityState", { get: () => value, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, state);
}

type Tab = { tab: Page; job: JobPage };
type Tabs = { all: readonly Tab[]; at: (index: number) => Tab };

async function openTab(context: BrowserContext, id: number): Promise<Tab> {
  const tab = await context.newPage();
  const job = new JobPage(tab);
  await job.open(id);
  return { tab, job };
}

/** One tab for each job, in the same order. */
async function openTabs(context: BrowserContext, ids: readonly number[]): Promise<Tabs> {
  const all: Tab[] = [];
  for (const id of ids) all.push(await openTab(context, id));
  return {
    all,
    at(index) {
      const one = all[index];
      if (one === undefined) throw new Error(`there is no tab ${index}`);
      return one;
    },
  };
}

async function waitingJobs(db: Parameters<typeof aJob>[0], lane: string, count: number): Promise<number[]> {
  const ids: number[] = [];
  for (let n = 1; n <= count; n += 1) {
    const { id } = await aJob(db, { lane: `${lane}-${n}`, host: "away" }).waiting({ on: "yes_no" });
    // The notice of an unresponsive worker would move the buttons, which then ignore clicks for a moment.
    await keepHeartbeatFresh(db, id);
    ids.push(id);
  }
  return ids;
}

function statusOf(page: Page, path: string): Promise<number> {
  return page.evaluate(async (url) => (await fetch(url)).status, path);
}

type Question = { id: number; state: string };

async function questionOf({ request }: BrowserContext, jobId: number): Promise<Question | undefined> {
  const job = (await (await request.get(`/api/jobs/${jobId}`)).json()) as { interactions: Question[] };
  return job.interactions.at(-1);
}

async function answer(context: BrowserContext, origin: string, jobId: number): Promise<void> {
  const question = await questionOf(context, jobId);
  const path = `/api/jobs/${jobId}/interactions/${question?.id}/answer`;
  const response = await context.request.put(path, { data: { value: true }, headers: { origin } });
  expect(response.status()).toBe(200);
}

/** Counts every appearance of the banner. */
function recordBanners(page: Page): Promise<void> {
  return page.evaluate(() => {
    Object.assign(window, { banners: 0 });
    new MutationObserver(() => {
      if (document.body.textContent.includes("Connection lost")) {
        (window as unknown as { banners: number }).banners += 1;
      }
    }).observe(document.body, { childList: true, subtree: true, characterData: true });
  });
}
