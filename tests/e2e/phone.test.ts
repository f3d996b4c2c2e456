// The pages on a phone.
import { aJob } from "../seed/seed.ts";
import { QUESTIONS } from "../seed/seed-questions.ts";
import { keepHeartbeatFresh } from "../seed/heartbeats.ts";
import { expect, test } from "./support/test.ts";

test("on a phone the question and its buttons are in view without scrolling, and nothing is cut off", async ({
  signedIn,
  world,
}) => {
  const { id } = await aJob(world.db, { lane: "phone" })
    .prints(...Array.from({ length: 300 }, (_, n) => `line ${n} ${"long ".repeat(40)}`))
    .waiting({ on: "choices" });
  await keepHeartbeatFresh(world.db, id);
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

test("on the smallest phone the question is readable, and every answer can be reached", async ({
  signedIn,
  world,
}) => {
  const { id } = await aJob(world.db, { lane: "small" }).waiting({
    on: { ...QUESTIONS.choices, expiry: { afterMs: 3_600_000, action: "interrupt" } },
  });
  await keepHeartbeatFresh(world.db, id);
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

  // The viewport of a zoomed page. Scrolled with the wheel, because scripts can also scroll what people cannot.
  await page.setViewportSize({ width: 320, height: 400 });
  // Repeated, because the layout may change after the resize.
  await expect(async () => {
    const box = await job.question.boundingBox();
    await page.mouse.move(160, (box?.y ?? 0) + (box?.height ?? 0) - 60);
    await page.mouse.wheel(0, 1000);
    await expect(job.button("Exit without rollback")).toBeInViewport({ ratio: 1, timeout: 1000 });
  }).toPass();
});

test("on a phone a new question does not shift the layout, and the home page starts with it", async ({
  signedIn,
  world,
}) => {
  const first = await aJob(world.db, { lane: "steady-1", changes: [1234] }).running();
  const asked = await aJob(world.db, { lane: "steady-2", changes: [1234] }).waiting({ on: "choices" });
  // The notice of an unresponsive worker would need space on the page.
  for (const { id } of [first, asked]) await keepHeartbeatFresh(world.db, id);
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
  const { page, home, job } = await signedIn("deployer", phone);
  const places = async () => [
    await page.getByRole("button", { name: "Stop" }).boundingBox(),
    await page.getByRole("link", { name: "1234", exact: true }).boundingBox(),
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
