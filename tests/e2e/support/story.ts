// What every test in the browser begins with: the world, and people who are signed in to it.
import { test as base, type Browser, type BrowserContextOptions, type Page } from "@playwright/test";
import { DEMO_ACCOUNTS } from "#lib/domain/demo-accounts.ts";
import { HomePage } from "./home-page.ts";
import { JobPage } from "./job-page.ts";
import { startWorld, type World } from "./world.ts";

export { expect } from "@playwright/test";

type AccountName = (typeof DEMO_ACCOUNTS)[number]["name"];

/** Somebody with a browser of their own. */
export type Person = { page: Page; home: HomePage; job: JobPage };

type Fixtures = { signedIn: (name: AccountName, options?: BrowserContextOptions) => Promise<Person> };
/** Files that name different worlds do not share one: what one deploys, the other must not meet. */
type WorkerFixtures = { worldName: string; manyDialects: boolean; world: World };

export const test = base.extend<Fixtures, WorkerFixtures>({
  worldName: ["shared", { option: true, scope: "worker" }],
  manyDialects: [false, { option: true, scope: "worker" }],
  world: [
    async ({ manyDialects }, provide) => {
      const world = await startWorld({ manyDialects });
      await provide(world);
      await world.close();
    },
    { scope: "worker", timeout: 240_000 },
  ],
  signedIn: async ({ browser, world }, provide) => {
    const people: Person[] = [];
    await provide(async (name, options) => {
      const person = await signIn(browser, world, name, options);
      people.push(person);
      return person;
    });
    for (const person of people) await person.page.context().close();
  },
});

async function signIn(
  browser: Browser,
  world: World,
  name: AccountName,
  options: BrowserContextOptions = {},
): Promise<Person> {
  const context = await browser.newContext({ baseURL: world.url, ...options });
  const account = DEMO_ACCOUNTS.find((one) => one.name === name);
  const answer = await context.request.post("/api/auth/sign-in/username", {
    data: { username: account?.name, password: account?.password },
    headers: { origin: world.url },
  });
  if (!answer.ok()) throw new Error(`${name} cannot sign in: ${answer.status()} ${await answer.text()}`);
  const page = await context.newPage();
  return { page, home: new HomePage(page), job: new JobPage(page) };
}
