// The page of a job: texts, titles and menus.
import { aJob } from "../seed/seed.ts";
import { QUESTIONS } from "../seed/seed-questions.ts";
import { expect, test } from "./support/test.ts";
import { expectTabIcon } from "./support/tab-icon.ts";

test("task numbers in changes and questions are links that open in a new tab", async ({
  signedIn,
  world,
}) => {
  const { id } = await aJob(world.db, {
    lane: "tasks",
    changes: [{ number: 1234, subject: "Announce the contest (T371234)" }],
  }).waiting({ on: { ...QUESTIONS.yes_no, message: "The fix of T380402 is applied.\nContinue?" } });
  const { page, job } = await signedIn("viewer");
  await job.open(id);

  for (const [place, task] of [
    [page.getByRole("list", { name: "Change" }), "T371234"],
    [job.question, "T380402"],
  ] as const) {
    const link = place.getByRole("link", { name: task, exact: true });
    await expect(link).toHaveAttribute("href", `https://tasks.example/${task}`);
    await expect(link).toHaveAttribute("target", "_blank");
    await expect(link).toHaveAttribute("rel", /\bnoreferrer\b/);
  }
});

test("bidirectional control characters in a subject have no effect", async ({ signedIn, world }) => {
  const turned = "Do not \u202eback llor";
  const { id } = await aJob(world.db, { lane: "turned", changes: [{ number: 1234, subject: turned }] })
    .prints(turned)
    .waiting({ on: { ...QUESTIONS.yes_no, message: `${turned}\nContinue?` } });
  const { page, job } = await signedIn("deployer");

  await job.open(id);
  await expect(job.log).toContainText("Do not back llor");
  await expect(job.question).toContainText("Do not back llor");
  await expect(page.getByRole("list", { name: "Change" })).toContainText("Do not back llor");
  await page.goto("/");
  await expect(page.getByText("Do not back llor").first()).toBeVisible();
  for (const title of await page.getByTitle("llor").all()) {
    await expect(title).not.toHaveAttribute("title", /\u202e/);
  }
  expect(await page.evaluate(() => document.body.innerText)).not.toContain("\u202e");
});

test("the tab title and icon show that scap is waiting for input", async ({ signedIn, world }) => {
  const { id } = await aJob(world.db, { lane: "title" }).waiting({ on: "yes_no" });
  const { page, job } = await signedIn("deployer");
  await job.open(id);

  await expect(page).toHaveTitle(`● Job ${id} asks: Backport the changes?`);
  await expectTabIcon(page, /^\/icon-waiting\.svg$/);
  const drawn = await page.context().request.get("/icon-waiting.svg");
  expect(drawn.headers()["content-type"]).toBe("image/svg+xml");
  expect(await drawn.text()).toMatch(/<circle[^>]*fill="#d33"/);

  await job.button("Yes").click();
  // Jobs of other tests may wait meanwhile.
  await expect(page).toHaveTitle(new RegExp(`Job ${id} running · SpiderPig$`));
});

test("every way to stop scap describes its effect before it is confirmed", async ({ signedIn, world }) => {
  const { id } = await aJob(world.db, { lane: "stop" }).running();
  const { page, job } = await signedIn("deployer");
  await job.open(id);

  for (const [item, says] of [
    ["Interrupt the current step…", "scap exits. Nothing has been deployed so far."],
    ["Press Ctrl-C…", "Same as Ctrl-C in a terminal"],
    ["Terminate scap…", "SIGTERM"],
    ["Kill scap…", "last resort"],
  ] as const) {
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByRole("menuitem", { name: item }).click();
    await expect(job.confirmation).toContainText(says);
    await job.confirmation.getByRole("button", { name: "Cancel" }).click();
    await expect(job.confirmation).toHaveCount(0);
  }
});

test("a click outside an open menu closes it and has no other effect", async ({ signedIn, world }) => {
  const { id } = await aJob(world.db, { lane: "beside" }).waiting({ on: "yes_no" });
  const { page, job } = await signedIn("deployer");
  await job.open(id);
  await expect(job.button("Yes")).toBeEnabled();
  const yes = await job.button("Yes").boundingBox();
  await page.getByRole("button", { name: "Stop" }).click();
  await expect(page.getByRole("menuitem", { name: "Kill scap…" })).toBeVisible();

  await page.mouse.click((yes?.x ?? 0) + 5, (yes?.y ?? 0) + 5);

  await expect(page.getByRole("menuitem", { name: "Kill scap…" })).toHaveCount(0);
  await expect(job.button("Yes")).toBeEnabled();
  const { interactions } = (await (await page.context().request.get(`/api/jobs/${id}`)).json()) as {
    interactions: { state: string }[];
  };
  expect(interactions.map(({ state }) => state)).toEqual(["pending"]);
});
