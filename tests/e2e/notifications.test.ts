// Questions reach people whose page is closed: the offer, the settings, and push messages in a real service worker.
import { answerInteraction } from "#lib/actions/answer-interaction.ts";
import { query } from "#lib/db/connection.ts";
import { aJob } from "../seed/seed.ts";
import { type PushReceiver, startPushReceiver } from "../lib/notify/push-receiver.ts";
import { person } from "../support/stack.ts";
import { expectAccessible } from "./support/axe.ts";
import { deliver, withPush } from "./support/push-browser.ts";
import { expectTabIcon } from "./support/tab-icon.ts";
import { expect, test, type Person } from "./support/test.ts";
import { NO_POLICY } from "#lib/domain/policy.ts";

test.use({ installation: "notifications" });

let service: PushReceiver;
const cleaners: (() => Promise<void>)[] = [];
test.beforeAll(async () => {
  service = await startPushReceiver((clean) => cleaners.push(clean));
});
test.afterAll(async () => {
  for (const clean of cleaners) await clean();
});

async function openSettings({ page, home }: Person): Promise<void> {
  await home.open();
  await page.getByRole("button", { name: /account and appearance/ }).click();
  await page.getByRole("menuitem", { name: "Notifications" }).click();
  await page.getByRole("dialog", { name: "Notifications" }).waitFor();
}

async function turnOn(who: Person): Promise<void> {
  await openSettings(who);
  await who.page.getByRole("button", { name: "Turn on" }).click();
  await expect(who.page.getByText("On in this browser.")).toBeVisible();
}

test("starting a deployment offers notifications, its question is sent to the closed page, and withdrawn after an answer", async ({
  signedIn,
  world,
}) => {
  const { page, home, job } = await signedIn("deployer");
  const browser = await withPush(page.context(), service, "first deployment");
  await home.open();
  await home.select(1234);
  await home.deploy("Deploy change 1234");
  await expect(page.getByText(/Get a notification when this deployment waits/)).toBeVisible();
  await page.getByRole("button", { name: "Turn on" }).click();
  await expect(page.getByText(/Notifications are on in this browser/)).toBeVisible();
  await job.isAsked("Backport the changes?");
  const { id } = job;
  await page.goto("about:blank");

  const { payload } = await browser.next(page);

  expect(payload).toEqual({
    jobId: id,
    notice: "question",
    interactionId: expect.any(Number),
    reminders: 0,
    title: "Backport the changes?",
  });
  const notice = { title: `Job ${id} is waiting for input`, tag: `job-${id}`, requireInteraction: true };
  expect(await browser.shown()).toEqual([{ ...notice, body: "Backport the changes?" }]);

  await answerInteraction({ db: world.db, policy: NO_POLICY }, person("second-deployer"), {
    jobId: id,
    interactionId: Number(payload["interactionId"]),
    value: false,
  });
  // Declined: the job ends, which replaces or follows the withdrawal.
  for (let notices: unknown[] = []; !notices.includes("ended");) {
    notices = [...notices, (await browser.next(page)).payload["notice"]];
  }
  expect(await browser.shown()).toEqual([
    { title: `Job ${id} was cancelled`, body: "Open the job to see the outcome.", tag: `job-${id}` },
  ]);
});

test("a click opens the question, or the tab that shows its job; a focused page gets no notification", async ({
  signedIn,
  world,
}) => {
  const who = await signedIn("deployer");
  const { page, job } = who;
  const browser = await withPush(page.context(), service, "clicks");
  const { id, pendingId } = await aJob(world.db, { lane: "clicks", host: "away", by: "deployer" }).waiting();
  await turnOn(who);
  const question = { notice: "question", jobId: id, interactionId: pendingId, reminders: 1, title: "Sure?" };
  // Sent because the question was open when notifications were turned on; this page has the focus.
  await browser.next(page);
  expect(await browser.shown()).toEqual([]);

  await page.goto("about:blank");
  await deliver(page, world.url, question);
  await expect
    .poll(() => browser.shown())
    .toEqual([
      {
        title: `Job ${id} is still waiting for input`,
        body: "Sure?",
        tag: `job-${id}`,
        requireInteraction: true,
      },
    ]);
  expect(await browser.click()).toEqual([`${world.url}/jobs/${id}#question-${pendingId}`]);
  expect(await browser.shown()).toEqual([]);

  await deliver(page, world.url, question);
  await deliver(page, world.url, { notice: "withdrawn", jobId: id, interactionId: (pendingId ?? 0) - 1 });
  await expect.poll(async () => (await browser.shown()).length).toBe(1);
  await job.open(id);
  await expect(job.button("Yes")).toBeEnabled();
  expect(await browser.click()).toEqual([]);
  await expect(page.locator(`#question-${pendingId}`)).toBeFocused();
});

test("settings are stored for the person, and signing out ends notifications in the browser", async ({
  signedIn,
  world,
}) => {
  const who = await signedIn("second-deployer");
  const { page } = who;
  const browser = await withPush(page.context(), service, "settings");
  const devices = async () =>
    (
      await query<{ endpoint: string }>(
        world.db,
        "select endpoint from notification.device where endpoint like '%/settings%'",
      )
    ).length;
  await turnOn(who);
  expect(await devices()).toBe(1);
  await page.getByRole("button", { name: "Send a test notification" }).click();
  await expect(page.getByText(/^Sent\. If nothing appears/)).toBeVisible();
  expect((await browser.next(page)).payload).toEqual({ notice: "test" });
  expect(await browser.shown()).toMatchObject([{ title: "Notifications work on this device" }]);
  await browser.replaceSubscription("settings, replaced");
  expect(await devices()).toBe(2);

  await page.getByLabel("Notify me about").selectOption("All jobs");
  await page.getByLabel("Remind me of an unanswered question").selectOption("After 30 minutes");
  await page.getByText("Quiet hours").click();
  await page.getByLabel("Until").fill("06:30");
  await page.getByLabel("Time zone").selectOption("Europe/Berlin");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("dialog")).toBeHidden();

  await openSettings(who);
  await expect(page.getByText("On in this browser.")).toBeVisible();
  await expect(page.getByLabel("Notify me about")).toHaveValue("all");
  await expect(page.getByLabel("Remind me of an unanswered question")).toHaveValue("30");
  await expect(page.getByLabel("Until")).toHaveValue("06:30");
  await expect(page.getByLabel("Time zone")).toHaveValue("Europe/Berlin");
  await page.getByRole("button", { name: "Cancel" }).click();

  await page.getByRole("button", { name: /account and appearance/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.waitForURL(/sign-in/);
  expect(await devices()).toBe(0);
});

test("watching a job of another person notifies them as well", async ({ signedIn, world }) => {
  const who = await signedIn("viewer");
  const { page, job } = who;
  const browser = await withPush(page.context(), service, "watched");
  const { id } = await aJob(world.db, { lane: "watched", host: "away", by: "deployer" }).waiting();
  await job.open(id);

  await page.getByRole("button", { name: "Watch" }).click();
  await expect(page.getByRole("button", { name: "Watching" })).toHaveAttribute("aria-pressed", "true");
  const { payload } = await browser.next(page);
  expect(payload["jobId"]).toBe(id);

  await page.reload();
  await page.getByRole("button", { name: "Watching" }).click();
  await expect(page.getByRole("button", { name: "Watch", exact: true })).toBeVisible();
  expect((await browser.next(page)).payload["notice"]).toBe("withdrawn");
});

test("every page says in title, icon and header that another job waits, and with a sound if wanted", async ({
  signedIn,
  world,
}) => {
  const { id: read } = await aJob(world.db, { lane: "read", by: "deployer" }).succeeded();
  const { page, job } = await signedIn("deployer");
  await page.addInitScript(() => {
    localStorage.setItem("spiderpig.sound", "on");
    const Context = AudioContext;
    Object.assign(globalThis, {
      sounds: 0,
      AudioContext: function count() {
        Object.assign(globalThis, { sounds: (globalThis as unknown as { sounds: number }).sounds + 1 });
        return new Context();
      },
    });
  });
  const sounds = () => page.evaluate(() => (globalThis as unknown as { sounds: number }).sounds);
  await job.open(read);
  // Seen by the open page: it has its stream, and the questions below are new to it.
  await aJob(world.db, { lane: "lane-0", host: "away", by: "deployer" }).running();
  await expect(page.getByRole("banner")).toContainText(/lane-0|\d running/);
  const before = await sounds();
  const waiting = [1, 2, 3].map((lane) =>
    aJob(world.db, { lane: `lane-${lane}`, host: "away", by: "deployer" }).waiting(),
  );
  const last = (await Promise.all(waiting)).at(-1);

  await expect(page).toHaveTitle(new RegExp(`^● \\d+ questions.* · Job ${read} deployed · SpiderPig$`));
  await expectTabIcon(page, /^\/icon-waiting\.svg$/);
  await expect.poll(async () => (await sounds()) - before).toBe(3);
  await page.getByRole("button", { name: /^\d+ jobs waiting$/ }).click();
  await page.getByRole("menuitem", { name: new RegExp(`^Job ${last?.id}\\b`) }).click();
  await page.waitForURL(`**/jobs/${last?.id}`);
  await expect(page).toHaveTitle(new RegExp(`^● .*Job ${last?.id} asks`));
});

test("a browser without push messages says so, and what to do on iOS", async ({ signedIn }) => {
  const who = await signedIn("viewer");
  await who.page.addInitScript(() => Reflect.deleteProperty(globalThis, "PushManager"));

  await openSettings(who);

  await expect(who.page.getByText("This browser doesn’t support notifications.")).toBeVisible();
  await expect(who.page.getByRole("button", { name: "Turn on" })).toBeHidden();
});
