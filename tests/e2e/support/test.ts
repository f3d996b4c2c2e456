// The test fixtures of all browser tests: a running installation, and signed-in users with their own browsers.
import {
  expect,
  test as base,
  type Browser,
  type BrowserContextOptions,
  type Page,
  type TestInfo,
} from "@playwright/test";
import { type Database, query } from "#lib/db/connection.ts";
import { DEMO_ACCOUNTS } from "#lib/domain/demo-accounts.ts";
import { HomePage } from "./home-page.ts";
import { JobPage } from "./job-page.ts";
import { startWorld, type World } from "./world.ts";

export { expect };

type AccountName = (typeof DEMO_ACCOUNTS)[number]["name"];

/** A signed-in user with their own browser. */
export type Person = { page: Page; home: HomePage; job: JobPage };

type Fixtures = { signedIn: (name: AccountName, options?: BrowserContextOptions) => Promise<Person> };
/** Test files with different names of their world do not share one, so that their deployments do not interfere. */
type WorkerFixtures = { installation: string; world: World };

export const test = base.extend<Fixtures, WorkerFixtures>({
  installation: ["shared", { option: true, scope: "worker" }],
  world: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright wants this form
    async ({}, provide) => {
      const world = await startWorld();
      await provide(world);
      await world.close();
    },
    { scope: "worker", timeout: 480_000 },
  ],
  signedIn: async ({ browser, world }, provide, testInfo) => {
    const people: Person[] = [];
    const requests: string[] = [];
    const refused: string[] = [];
    await provide(async (name, options) => {
      const person = await signIn(browser, world, name, options);
      people.push(person);
      recordRequests(person.page, name, requests);
      person.page.on("console", (message) => {
        if (message.text().includes("Content Security Policy")) refused.push(message.text());
      });
      // The server and the browser rendered something different.
      person.page.on("pageerror", ({ message }) => {
        if (/hydrat|React error #4(?:18|2[0-9])/i.test(message)) refused.push(message);
      });
      return person;
    });
    if (testInfo.status !== testInfo.expectedStatus) await explain(world.db, requests, testInfo);
    for (const person of people) await person.page.context().close();
    expect(refused, "violations of the content security policy, and hydration errors").toEqual([]);
  },
});

/** Records all mutating requests of the page with their status. */
function recordRequests(page: Page, name: string, requests: string[]): void {
  page.on("response", (response) => {
    const request = response.request();
    if (request.method() === "GET") return;
    const { pathname } = new URL(request.url());
    const at = new Date().toISOString();
    requests.push(`${at} ${name}: ${request.method()} ${pathname} ${response.status()}`);
  });
}

/** Prints the requests of the pages and the history of the database for a failed test. */
async function explain(db: Database, requests: readonly string[], { duration }: TestInfo): Promise<void> {
  const begunAt = new Date(Date.now() - duration);
  const events = await query<{ at: Date; jobId: number; what: string }>(
    db,
    `select at, job_id as "jobId", what from history.events where at >= $1 order by at, seq`,
    [begunAt],
  );
  const story = events.map(({ at, jobId, what }) => `${at.toISOString()} job ${jobId}: ${what}`);
  process.stdout.write(`${["What happened:", ...[...requests, ...story].toSorted()].join("\n  ")}\n`);
}

async function signIn(
  browser: Browser,
  world: World,
  name: AccountName,
  options: BrowserContextOptions = {},
): Promise<Person> {
  // Animations are repainted sixty times a second, without a graphics card; recordShifts() turns them on.
  const context = await browser.newContext({ baseURL: world.url, reducedMotion: "reduce", ...options });
  const account = DEMO_ACCOUNTS.find((one) => one.name === name);
  const answer = await context.request.post("/api/auth/sign-in/username", {
    data: { username: account?.name, password: account?.password },
    headers: { origin: world.url },
  });
  if (!answer.ok()) throw new Error(`${name} cannot sign in: ${answer.status()} ${await answer.text()}`);
  const page = await context.newPage();
  return { page, home: new HomePage(page), job: new JobPage(page) };
}
