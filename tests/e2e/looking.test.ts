// Pages over jobs with a past, without a deployment: who may do what, how it looks where, and the long log.
import type { Locator } from "@playwright/test";
import { query, transaction } from "#lib/db/connection.ts";
import { findOutputState, storeOutput } from "#lib/db/output.ts";
import { printed } from "../support/printed.ts";
import { aJob } from "../seed/seed.ts";
import { QUESTIONS } from "../seed/seed-questions.ts";
import { keepHeard } from "../support/silence.ts";
import { expectAccessible } from "./support/axe.ts";
import { stopTime } from "./support/clock.ts";
import { expect, test } from "./support/story.ts";
import { expectTabIcon } from "./support/tab-icon.ts";

test("a viewer sees the question and who may answer it, but no button", async ({ signedIn, world }) => {
  const { id } = await aJob(world.db, { lane: "viewer" }).waiting({ on: "choices" });
  const { page, job } = await signedIn("viewer");

  await job.open(id);

  await job.isAsked("Testserver checks failed.");
  await expect(job.question.getByRole("button")).toHaveCount(0);
  await expect(job.question).toContainText("Deployers can answer");
  await expect(page.getByRole("button", { name: "Stop" })).toHaveCount(0);
  await page.goto("/");
  await expect(page.getByRole("combobox")).toHaveCount(0);
});

test("a page runs no script but its own, and no other page can lay it under a button", async ({
  page,
  world,
}) => {
  await page.goto(`${world.url}/sign-in`);
  const injected = page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "document.body.dataset.ran = 'yes'";
    document.body.append(script);
    return document.body.dataset.ran;
  });
  expect(await injected).toBeUndefined();

  await page.goto("about:blank");
  await page.setContent(`<iframe src="${world.url}/sign-in"></iframe>`);
  await expect.poll(() => page.frames()[1]?.url()).toMatch(/^chrome-error:/);
});

test("on a phone the question and its buttons are in view without scrolling, and nothing is cut off", async ({
  signedIn,
  world,
}) => {
  const { id } = await aJob(world.db, { lane: "phone" })
    .prints(...Array.from({ length: 300 }, (_, n) => `line ${n} ${"long ".repeat(40)}`))
    .waiting({ on: "choices" });
  await keepHeard(world.db, id);
  const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
  const { page, job } = await signedIn("deployer", phone);

  for (const path of [`/jobs/${id}`, "/"]) {
    await page.goto(path);
    await expect(page.getByRole("main")).toBeVisible();
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width, `${path} is as wide as the screen`).toBeLessThanOrEqual(360);
  }

  await job.open(id);
  for (const button of await job.question.getByRole("button").all()) {
    await expect(button).toBeInViewport({ ratio: 1 });
    expect((await button.boundingBox())?.height).toBeGreaterThanOrEqual(44);
  }
  await page.mouse.wheel(0, 2000);
  await expect(job.button(/Retry/)).toBeInViewport({ ratio: 1 });
});

test("on the smallest phone the question can be read, and every answer reached", async ({
  signedIn,
  world,
}) => {
  const { id } = await aJob(world.db, { lane: "small" }).waiting({
    on: { ...QUESTIONS.choices, expiry: { afterMs: 3_600_000, action: "interrupt" } },
  });
  await keepHeard(world.db, id);
  const { page, job } = await signedIn("deployer", {
    viewport: { width: 320, height: 568 },
    hasTouch: true,
    isMobile: true,
  });
  await job.open(id);

  for (const part of [
    job.question.getByText("What do you want to do?"),
    ...(await job.question.getByRole("button").all()),
  ]) {
    await expect(part).toBeInViewport({ ratio: 1 });
  }

  // What a browser shows of it that enlarges the text a lot. Only a wheel: programs may scroll what people cannot.
  await page.setViewportSize({ width: 320, height: 400 });
  // Whoever turns it before the page has found its new form turns it once more.
  await expect(async () => {
    const box = await job.question.boundingBox();
    await page.mouse.move(160, (box?.y ?? 0) + 100);
    await page.mouse.wheel(0, 1000);
    await expect(job.button("Exit without rollback")).toBeInViewport({ ratio: 1, timeout: 1000 });
  }).toPass();
});

test("on a phone nothing moves under the finger when a question arrives, and the home page begins with it", async ({
  signedIn,
  world,
}) => {
  const first = await aJob(world.db, { lane: "steady-1", changes: [1234] }).running();
  const asked = await aJob(world.db, { lane: "steady-2", changes: [1234] }).waiting({ on: "choices" });
  // Word of a silent worker would take its place on the page.
  for (const { id } of [first, asked]) await keepHeard(world.db, id);
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
  const { page, home, job } = await signedIn("deployer", phone);
  const places = async () => [
    await page.getByRole("button", { name: "Stop" }).boundingBox(),
    await page.getByRole("list", { name: "Change" }).getByRole("link").boundingBox(),
  ];

  await job.open(first.id);
  await job.isIn("Running");
  const whileRunning = await places();
  await job.open(asked.id);
  await job.isAsked("Testserver checks failed.");
  await expect.poll(places).toEqual(whileRunning);

  await home.open();
  await expect(page.getByRole("region", { name: /^Question of job/ }).first()).toBeInViewport({ ratio: 0.7 });
  const question = await home.section("In progress").boundingBox();
  expect(question?.y).toBeLessThan((await home.search.boundingBox())?.y ?? 0);
});

test("of two questions on the home page the second takes no press that was meant for the first", async ({
  signedIn,
  world,
}) => {
  const ids: number[] = [];
  for (const lane of ["above", "below"]) {
    ids.push((await aJob(world.db, { lane, host: "away", changes: [1234] }).waiting({ on: "yes_no" })).id);
  }
  const { page, home } = await signedIn("deployer");
  const yes = (id = 0) =>
    page
      .getByRole("region", { name: `Question of job ${id}`, exact: true })
      .getByRole("button", { name: "Yes" });
  // Word of a silent worker would move the questions, and no button takes a press at once after that.
  for (const id of ids) await keepHeard(world.db, id);
  const [above, below] = ids;
  await page.clock.install();
  await home.open();
  await expect(yes(above)).toBeEnabled();
  await expect(yes(below)).toBeEnabled();
  await stopTime(page);

  await yes(above).click();
  await expect(yes(above)).toHaveCount(0);

  await expect(yes(below)).toBeDisabled();
  await page.clock.runFor(500);
  await expect(yes(below)).toBeEnabled();
});

test("a notice that moves a question down lets it take no press that was meant for what was there", async ({
  signedIn,
  world,
}) => {
  const above = await aJob(world.db, { lane: "moved", host: "away" }).waiting({ on: "choices" });
  const { id, pendingId } = await aJob(world.db, { lane: "taken", host: "away" }).waiting({ on: "yes_no" });
  for (const one of [above.id, id]) await keepHeard(world.db, one);
  const { page, home } = await signedIn("deployer");
  const second = await signedIn("second-deployer");
  const questionOf = (job: number) =>
    page.getByRole("region", { name: `Question of job ${job}`, exact: true });
  const retry = questionOf(above.id).getByRole("button", { name: /Retry/ });
  const released = Promise.withResolvers<void>();
  await page.route("**/answer", async (route) => {
    await released.promise;
    await route.continue();
  });
  await page.clock.install();
  await home.open();
  await expect(questionOf(id).getByRole("button", { name: "Yes" })).toBeEnabled();
  await stopTime(page);

  await questionOf(id).getByRole("button", { name: "Yes" }).click();
  const answered = await second.page
    .context()
    .request.put(`/api/jobs/${id}/interactions/${pendingId}/answer`, {
      data: { value: false },
      headers: { origin: world.url },
    });
  expect(answered.status()).toBe(200);
  await expect(questionOf(id)).toHaveCount(0);
  await expect(retry).toBeEnabled();
  released.resolve();

  await expect(page.getByText("Somebody else answered first.")).toBeVisible();
  await expect(retry).toBeDisabled();
  await page.clock.runFor(500);
  await expect(retry).toBeEnabled();
});

test("the home page has its questions in their order before its stream brings them", async ({
  signedIn,
  world,
}) => {
  const ids: number[] = [];
  for (const lane of ["order-1", "order-2"]) ids.push((await aJob(world.db, { lane }).waiting()).id);
  const { page } = await signedIn("deployer");

  const html = await (await page.context().request.get("/")).text();

  const shown = [...html.matchAll(/aria-label="Question of job (\d+)"/g)].map(([, id]) => Number(id));
  expect(shown).toEqual(expect.arrayContaining(ids));
  expect(shown, "the oldest job first").toEqual(shown.toSorted((a, b) => a - b));
});

test("a page that comes out of the browser's memory is brought up to date", async ({ signedIn, world }) => {
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

  await expect(job.questions).toContainText("answered “yes”");
});

test("a long log is scrolled, marked, linked and copied like a page", async ({ signedIn, world }) => {
  const lines = Array.from({ length: 30_000 }, (_, n) => `\u001b[32mline ${n + 1}\u001b[0m of many`);
  const { id } = await aJob(world.db, { lane: "log" })
    .prints(...lines)
    .succeeded();
  const { page, job } = await signedIn("deployer");
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);

  await page.goto(`/jobs/${id}#L15000-L15002`);
  await expect(job.log.getByText("line 15001 of many")).toBeInViewport();
  await expect(job.log.locator("[data-marked]")).toHaveCount(3);
  expect(await job.log.locator("[data-line]").count(), "only what is looked at is on the page").toBeLessThan(
    200,
  );

  await page.getByRole("button", { name: "Jump to end" }).click();
  await expect(job.log.getByText("line 30000 of many")).toBeInViewport();
  await page.getByLabel("Go to line").fill("12");
  await page.getByLabel("Go to line").press("Enter");
  await expect(job.log.getByText("line 12 of many")).toBeInViewport();
  await expect(page).toHaveURL(/#L12$/);
  await job.log.getByRole("link", { name: "14", exact: true }).click({ modifiers: ["Shift"] });
  await expect(page).toHaveURL(/#L12-L14$/);

  const row = async (n: number) =>
    (await job.log.getByText(`line ${n} of many`).boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  // The rows may move once more when what lies around them is drawn.
  await expect(async () => {
    const [from, to] = [await row(12), await row(14)];
    await page.mouse.move(from.x + 1, from.y + 8);
    await page.mouse.down();
    await page.mouse.move(to.x + to.width, to.y + 8, { steps: 5 });
    await page.mouse.up();
    await page.keyboard.press("Control+C");
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied.trim().split("\n")).toEqual(["line 12 of many", "line 13 of many", "line 14 of many"]);
  }).toPass();
});

test("words are found in a long log by keyboard alone, also those that arrive", async ({
  signedIn,
  world,
}) => {
  const lines = Array.from({ length: 30_000 }, (_, n) =>
    n % 10_000 === 999 ? `\u001b[31mErr\u001b[0mor ${n + 1}` : `line ${n + 1} of many`,
  );
  const { id } = await aJob(world.db, { lane: "search" })
    .prints(...lines)
    .running();
  await keepHeard(world.db, id);
  const { page, job } = await signedIn("viewer");
  await job.open(id);
  await expect(job.log.getByText("line 30000 of many")).toBeVisible();
  const box = page.getByRole("textbox", { name: "Search the log" });
  const count = page.getByRole("search").getByRole("status");

  // A key that is pressed before the page's script is there does nothing.
  await expect(async () => {
    await page.keyboard.press("/");
    await expect(box).toBeFocused({ timeout: 500 });
  }).toPass();
  await page.keyboard.type("error");
  await expect(count).toHaveText("3");
  await page.keyboard.press("Enter");
  await expect(job.log.getByText("Error 1000")).toBeInViewport();
  await expect(page).toHaveURL(/#L1000$/);
  await expect(count).toHaveText("1 of 3");
  expect(await page.evaluate(() => CSS.highlights.get("log-match")?.size)).toBe(1);
  await page.keyboard.press("Shift+Enter");
  await expect(job.log.getByText("Error 21000")).toBeInViewport();

  const before = await findOutputState(world.db, id);
  await transaction(world.db, (tx) =>
    storeOutput(tx, { jobId: id, epoch: 1 }, before, {
      output: printed(before, ["the last ERROR"]),
      phases: [],
      progress: null,
      status: null,
    }),
  );
  await expect(count).toHaveText("3 of 4");
  await page.keyboard.press("Enter");
  await expect(job.log.getByText("the last ERROR")).toBeInViewport();

  await page.keyboard.press("Escape");
  await expect(box).toHaveValue("");
  await expect(job.log).toBeFocused();
  expect(await page.evaluate(() => CSS.highlights.has("log-match"))).toBe(false);
  await expectAccessible(page);
});

test("what is marked, pressed and done is seen in the system's own colours, too", async ({
  signedIn,
  world,
}) => {
  const { id } = await aJob(world.db, { lane: "forced" })
    .prints("one", "two", "three")
    .makesProgress({ name: "sync", percent: 50, ok: 1, failed: 0, left: 1, inFlight: null })
    .running();
  await keepHeard(world.db, id);
  const { page, job } = await signedIn("deployer", { forcedColors: "active" });
  await page.goto(`/jobs/${id}#L2`);
  await page.getByRole("button", { name: "Timestamps" }).click();
  const look = (of: Locator) =>
    of.evaluate((element) => {
      const { outlineStyle, backgroundColor } = getComputedStyle(element);
      return { outlineStyle, backgroundColor };
    });

  const marked = job.log.locator("[data-line='2']");
  await expect(marked).toHaveAttribute("data-marked");
  expect((await look(marked)).outlineStyle).toBe("solid");
  expect((await look(page.getByRole("button", { name: "Timestamps" }))).outlineStyle).toBe("solid");
  const bar = page.getByRole("progressbar").locator("div").last();
  const track = bar.locator("xpath=..");
  expect((await look(bar)).backgroundColor).not.toBe((await look(track)).backgroundColor);
});

test("while the page is not connected it says so and takes no answer, and then goes on by itself", async ({
  signedIn,
  world,
}) => {
  const { id } = await aJob(world.db, { lane: "offline" }).waiting({ on: "yes_no" });
  const { page, job } = await signedIn("deployer");
  await job.open(id);
  await expect(job.button("Yes")).toBeEnabled();

  await page.context().setOffline(true);
  await expect(
    page.getByText(/Connection lost\. Reconnecting… This page shows the status as of \d\d:\d\d:\d\d/),
  ).toBeVisible();
  await expect(job.button("Yes")).toBeDisabled();
  await expect(job.question).toContainText("can’t answer here");

  await page.context().setOffline(false);
  await expect(page.getByText(/Connection lost/)).toHaveCount(0);
  await expect(job.button("Yes")).toBeEnabled();
});

test("a tab whose shared stream died without a word joins again", async ({ signedIn, world }) => {
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

  // The page's clock only: nothing comes from the worker meanwhile, unless the machine takes seconds for it.
  await expect
    .poll(async () => {
      await page.clock.runFor(40_000);
      return (await joined()) > 1;
    })
    .toBe(true);

  await expect(page.getByText(/Connection lost/)).toHaveCount(0);
  await expect(job.button("Yes")).toBeEnabled();
});

test("a job of the past is found by words of its change", async ({ signedIn, world }) => {
  const change = { number: 4711, subject: "Rename the zeppelin gallery" };
  const { id } = await aJob(world.db, { lane: "past", changes: [change] }).failed("rolled_back");
  const { page, home } = await signedIn("viewer");
  await home.open();

  await page.getByRole("searchbox", { name: "Search all jobs" }).fill("zeppelin");
  const found = home
    .section("Recent jobs")
    .getByRole("listitem")
    .filter({ has: page.getByRole("link") });
  await expect(found).toHaveCount(1);
  await expect(found).toContainText("Rolled back");
  await page.getByRole("link", { name: `Job ${id}` }).click();

  await expect(page.getByText("scap rolled back all servers.")).toBeVisible();
});

test("what was found stays until other words have found something, and cannot be taken meanwhile", async ({
  signedIn,
  world,
}) => {
  const changes = [{ number: 4712, subject: "Paint the quagga enclosure" }];
  const { id } = await aJob(world.db, { lane: "quagga", changes }).succeeded();
  const { page, home } = await signedIn("deployer");
  const held = Promise.withResolvers<void>();
  let isHeld = false;
  await page.route(/\/api\/(changes|jobs)\?q=/, async (route) => {
    if (isHeld) await held.promise;
    await route.continue();
  });
  await home.open();
  const jobs = home
    .section("Recent jobs")
    .getByRole("listitem")
    .filter({ has: page.getByRole("link") });
  const foundJob = home.section("Recent jobs").locator(`a[href="/jobs/${id}"]`);
  await page.getByRole("searchbox").fill("quagga");
  await expect(jobs).toHaveCount(1);
  await home.search.fill("medlar");
  await expect(page.getByRole("option")).toHaveCount(1);
  const box = () => page.getByRole("listbox", { name: "Search results" }).boundingBox();
  const place = await box();

  isHeld = true;
  await home.search.fill("medlar b");
  const option = page.getByRole("option", { name: /Feature the medlar/ });
  await expect(option).toBeDisabled();
  expect(await box()).toEqual(place);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await option.click({ force: true });
  await expect(home.selected).toHaveCount(0);
  await page.getByRole("searchbox").fill("quagga enclosure");
  await expect(foundJob).toBeVisible();
  await expect(foundJob.locator("xpath=ancestor::*[@inert]"), "only to look at").toHaveCount(1);
  await expect(page.getByText("Searching…")).toHaveCount(0);

  held.resolve();
  await expect(foundJob.locator("xpath=ancestor::*[@inert]")).toHaveCount(0);
  await home.search.fill("medlar");
  await expect(option).toBeEnabled();
  await option.click();
  await expect(home.selected).toContainText("1248");
});

test("a task can be read from the change and the question that name it, in a tab of its own", async ({
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

test("a subject that turns the direction of letters is read as it is written", async ({
  signedIn,
  world,
}) => {
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
  for (const title of await page.getByTitle("llor").all())
    await expect(title).not.toHaveAttribute("title", /\u202e/);
  expect(await page.evaluate(() => document.body.innerText)).not.toContain("\u202e");
});

test("a new question says so in the title of the tab", async ({ signedIn, world }) => {
  const { id } = await aJob(world.db, { lane: "title" }).waiting({ on: "yes_no" });
  const { page, job } = await signedIn("deployer");
  await job.open(id);

  await expect(page).toHaveTitle(`● Job ${id} asks: Backport the changes?`);
  await expectTabIcon(page, /^\/icon-waiting\.svg$/);
  const drawn = await page.context().request.get("/icon-waiting.svg");
  expect(drawn.headers()["content-type"]).toBe("image/svg+xml");
  expect(await drawn.text()).toMatch(/<circle[^>]*fill="#d33"/);

  await job.button("Yes").click();
  await expect(page).toHaveTitle(`Job ${id} running · SpiderPig`);
  await expectTabIcon(page, /^\/icon\.svg/);
});

test("every way to stop scap says what it does before it does it", async ({ signedIn, world }) => {
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

test("a press beside an open menu closes it, and answers nothing that lies below", async ({
  signedIn,
  world,
}) => {
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

test("a job in the queue says what it waits for, and a deployer takes it out", async ({
  signedIn,
  world,
}) => {
  const first = await aJob(world.db, { lane: "queue" }).waiting({ on: "yes_no" });
  const second = await aJob(world.db, { lane: "queue", by: "second-deployer" }).queued();
  const { page, home, job } = await signedIn("deployer");
  await home.open();
  const row = home
    .section("Queued")
    .getByRole("listitem")
    .filter({ has: page.getByRole("link", { name: `Job ${second.id}` }) });
  await expect(row).toContainText(`behind job ${first.id}`);

  await row.getByRole("button", { name: "Remove from queue" }).click();
  await expect(job.confirmation).toContainText("Requested by second-deployer");
  await job.confirm("Remove from queue");

  await expect(row).toHaveCount(0);
  await job.open(second.id);
  await job.isIn("Cancelled");
});

test("a freeze is told to everybody with its reason, and goes when it is lifted", async ({ signedIn }) => {
  const admin = await signedIn("admin");
  const deployer = await signedIn("deployer");
  await admin.home.open();
  await deployer.home.open();

  await admin.page.getByRole("button", { name: "admin: account and appearance" }).click();
  await admin.page.getByRole("menuitem", { name: "Freeze deployments…" }).click();
  await admin.page.getByLabel("Reason (visible to everyone)").fill("Switching the datacentre");
  await admin.page.getByRole("button", { name: "Freeze", exact: true }).click();
  await expect(deployer.page.getByText("Switching the datacentre")).toBeVisible();
  await expect(deployer.page.getByRole("button", { name: "Unfreeze" })).toHaveCount(0);

  await admin.page.getByRole("button", { name: "Unfreeze" }).click();
  await expect(deployer.page.getByText("Switching the datacentre")).toHaveCount(0);
});

test("the end of a freeze names its time zone, and one in the past is refused in the form", async ({
  signedIn,
}) => {
  const { page, home } = await signedIn("admin");
  await home.open();
  await page.getByRole("button", { name: "admin: account and appearance" }).click();
  await page.getByRole("menuitem", { name: "Freeze deployments…" }).click();
  const dialog = page.getByRole("dialog", { name: "Freeze deployments" });
  await dialog.getByLabel("Reason (visible to everyone)").fill("Switching the datacentre.");
  const until = dialog.getByLabel("Until (optional)");
  const submit = dialog.getByRole("button", { name: "Freeze", exact: true });
  await expect(dialog.getByText(/^Your time zone: /)).toBeVisible();

  await until.fill("2020-01-01T10:00");
  await expect(dialog.getByText(/^This time is in the past\. Your time zone: /)).toBeVisible();
  await expect(submit).toBeDisabled();

  await until.fill("2099-01-01T10:00");
  await expect(submit).toBeEnabled();
});

test("a job that has not started offers nothing to do with its log, and shows it once there is one", async ({
  signedIn,
  world,
}) => {
  const first = await aJob(world.db, { lane: "no-log" }).waiting({ on: "yes_no" });
  const { id } = await aJob(world.db, { lane: "no-log" }).queued();
  const cancelled = await aJob(world.db, { lane: "no-log" }).cancelled();
  const { page, job } = await signedIn("deployer");
  const tools = [
    page.getByRole("link", { name: "Download" }),
    page.getByRole("button", { name: "Wrap" }),
    page.getByLabel("Go to line"),
  ];

  await job.open(id);
  await expect(page.getByText("Output appears here")).toBeVisible();
  for (const tool of tools) await expect(tool).toHaveCount(0);
  await job.open(cancelled.id);
  await job.isIn("Cancelled");
  await expect(page.getByRole("heading", { name: "Log" })).toHaveCount(0);
  await job.open(first.id);
  for (const tool of tools) await expect(tool).toBeVisible();
});

test("a job behind a freeze says that it waits for that, too", async ({ signedIn, world }) => {
  const first = await aJob(world.db, { lane: "chilled", host: "away" }).waiting({ on: "yes_no" });
  const { id } = await aJob(world.db, { lane: "chilled" }).queued();
  const { page, job } = await signedIn("admin");
  const freeze = (method: "PUT" | "DELETE") =>
    page.context().request.fetch("/api/lanes/chilled/freeze", {
      method,
      headers: { origin: world.url },
      ...(method === "PUT" ? { data: { reason: "Holidays" } } : {}),
    });
  await job.open(id);
  const notice = page.getByText(`behind job ${first.id} by`);
  await expect(notice).toContainText("It starts automatically.");

  expect((await freeze("PUT")).status()).toBeLessThan(300);

  await expect(notice).toContainText("It starts automatically when the freeze ends.");
  expect((await freeze("DELETE")).status()).toBeLessThan(300);
});

test("the lane of a lost job is freed by an admin who says what was found", async ({ signedIn, world }) => {
  const { id } = await aJob(world.db, { lane: "lost" }).lost();
  const deployer = await signedIn("deployer");
  await deployer.job.open(id);
  await expect(deployer.page.getByText("until an admin releases it")).toBeVisible();

  const admin = await signedIn("admin");
  await admin.job.open(id);
  await admin.page.getByRole("button", { name: "Release lane…" }).click();
  await admin.page.getByLabel("State of the servers").fill("All of them run the old version");
  await admin.page.getByRole("button", { name: "Release lane", exact: true }).click();

  await expect(deployer.page.getByText("until an admin releases it")).toHaveCount(0);
});

test("the pages have no accessibility violations, in light and in dark", async ({
  signedIn,
  world,
  browser,
}) => {
  // Sixteen analyses of whole pages.
  test.slow();
  const on = (lane: string) => aJob(world.db, { lane, changes: [1234, 1235] }).phase("prep", 20);
  const ids = {
    choices: (await on("axe-1").asked("yes_no").waiting({ on: "choices" })).id,
    text: (await on("axe-2").waiting({ on: "text" })).id,
    running: (await on("axe-3").startsPhase("sync").running()).id,
    failed: (await on("axe-4").prints("\u001b[31mred\u001b[0m \u001b[2mdim\u001b[0m").failed("rolled_back"))
      .id,
  };
  await on("axe-1").queued();
  const stranger = await (await browser.newContext()).newPage();
  await stranger.goto(`${world.url}/sign-in`);
  await expectAccessible(stranger);
  await stranger.context().close();

  const { page, home, job } = await signedIn("deployer");
  await page.emulateMedia({ reducedMotion: "reduce" });
  await home.open();
  await home.select(1234);
  await home.enter("1244");
  await expect(home.refusals).toBeVisible();
  await home.search.fill("notice");
  await expect(page.getByRole("option").first()).toBeVisible();
  await expectAccessible(page);
  for (const id of Object.values(ids)) {
    await job.open(id);
    await expectAccessible(page);
  }
  await job.open(ids.choices);
  await job.button(/Roll back/).click();
  await expect(job.confirmation).toBeVisible();
  await expectAccessible(page);
  await page.goto("/jobs/999999");
  await expect(page.getByText("Page not found")).toBeVisible();
  await expectAccessible(page);
});

test("phones, menus and dialogs have no accessibility violations either", async ({ signedIn, world }) => {
  test.slow();
  const asked = await aJob(world.db, { lane: "axe-phone", changes: [1234, 1235] }).waiting({ on: "choices" });
  const queued = await aJob(world.db, { lane: "axe-phone" }).queued();
  const lost = await aJob(world.db, { lane: "axe-lost" }).lost();
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
  const { page, home, job } = await signedIn("admin", phone);
  await page.emulateMedia({ reducedMotion: "reduce" });

  await home.open();
  await expect(home.section("In progress")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "admin: account and appearance" }).click();
  await expect(page.getByRole("menuitem", { name: "Sign out" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("menuitem", { name: "Freeze deployments…" }).click();
  await expect(page.getByRole("dialog", { name: "Freeze deployments" })).toBeVisible();
  await expectAccessible(page);

  await job.open(asked.id);
  await page.getByRole("button", { name: "Stop" }).click();
  await expect(page.getByRole("menuitem", { name: "Kill scap…" })).toBeVisible();
  // axe knows that the page below is out of reach by five samples of what lies on top; at the usual height of a phone
  // one of them meets the menu's own button, which stays in reach.
  await page.setViewportSize({ width: 390, height: 1000 });
  await expectAccessible(page);
  await job.open(queued.id);
  await expectAccessible(page);
  await job.open(lost.id);
  await page.getByRole("button", { name: "Release lane…" }).click();
  await expect(page.getByRole("dialog", { name: /^Release lane/ })).toBeVisible();
  await expectAccessible(page);
});

test("in place of a log that the retention rule removed stands that it was", async ({ signedIn, world }) => {
  const { id } = await aJob(world.db, { lane: "removed" })
    .prints("one", "two", "three")
    .asked("yes_no")
    .succeeded();
  await query(world.db, "update spiderpig.job set output_removed_at = now() where id = $1", [id]);
  await query(world.db, "delete from spiderpig.log_block where job_id = $1", [id]);
  const { page } = await signedIn("viewer");

  await page.goto(`/jobs/${id}`);

  await expect(page.getByRole("region", { name: "Log" })).toContainText(
    "The output (3 lines) was removed by the retention policy",
  );
  await expect(page.getByRole("link", { name: "Download" })).toHaveCount(0);
  await expectAccessible(page);
});
