// The question card: the question and its answers are in view together at every size, and a destructive answer needs a confirmation.
import type { Locator } from "@playwright/test";
import { query, transaction } from "#lib/db/connection.ts";
import { aJob } from "../seed/seed.ts";
import { QUESTIONS, type SeededQuestion } from "../seed/seed-questions.ts";
import { keepHeartbeatFresh } from "../seed/heartbeats.ts";
import { stopTime } from "./support/clock.ts";
import { expect, test, type Person } from "./support/test.ts";
import type { World } from "./support/world.ts";

/** The smallest phone, a phone, a desktop zoomed to 200 %, a laptop and a large screen. */
const SIZES = [
  { width: 320, height: 568 },
  { width: 390, height: 844 },
  { width: 640, height: 430 },
  { width: 1280, height: 860 },
  { width: 1920, height: 1080 },
];
const SERVERS = Array.from({ length: 10 }, (_, n) => `mwdebug${1001 + n}.eqiad.wmnet`);
const QUESTION = "Continue with backport anyway?";
const option = (text: string) => ({ text, value: text, typed: text });

const LONG: SeededQuestion = {
  ...QUESTIONS.choices,
  message: [
    ...Array.from({ length: 70 }, (_, n) => `    includes/File${n}.php   has a warning`),
    "",
    QUESTION,
  ].join("\n"),
};
const MANY: SeededQuestion = {
  ...QUESTIONS.choices,
  message: QUESTION,
  options: ["Roll back everything", ...SERVERS, "Exit without rollback"].map(option),
  default: SERVERS[0] ?? null,
};

let lanes = 0;

async function ask({ world, person }: { world: World; person: Person }, on: SeededQuestion) {
  lanes += 1;
  const lines = Array.from({ length: 300 }, (_, n) => `line ${n}`);
  const { id, pendingId } = await aJob(world.db, { lane: `card-${lanes}`, changes: [1234, 1235] })
    .prints(...lines)
    .waiting({ on });
  await keepHeartbeatFresh(world.db, id);
  await person.job.open(id);
  await person.job.isAsked(on.message.split("\n").at(-1) ?? "");
  return { id, pendingId: pendingId ?? 0 };
}

async function expectInView(...parts: Locator[]): Promise<void> {
  for (const part of parts) await expect(part).toBeInViewport({ ratio: 1 });
}

async function storedState(world: World, interactionId: number): Promise<string | undefined> {
  const [row] = await query<{ state: string }>(
    world.db,
    "select state::text as state from spiderpig.interaction where id = $1",
    [interactionId],
  );
  return row?.state;
}

test("the question and every answer are in view together at every size, however long the text above is", async ({
  signedIn,
  world,
}) => {
  const person = await signedIn("deployer");
  const { page, job } = person;
  await ask({ world, person }, LONG);
  const asked = job.question.getByText(QUESTION);
  for (const size of SIZES) {
    await page.setViewportSize(size);
    await expect(async () => {
      await expectInView(asked, ...(await job.question.getByRole("button").all()));
    }).toPass();
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width, `no horizontal scrolling at ${size.width}`).toBeLessThanOrEqual(size.width);
  }
  // A larger text size, as it can be set on a phone.
  await page.setViewportSize({ width: 390, height: 844 });
  await page.evaluate(() => {
    document.documentElement.style.fontSize = "200%";
  });
  await expectInView(asked);
  await job.button("Exit without rollback").scrollIntoViewIfNeeded();
  await expectInView(asked, job.button("Exit without rollback"));
});

test("twelve answers: two columns on a desktop, a list with a filter on a phone, the destructive ones apart", async ({
  signedIn,
  world,
}) => {
  const person = await signedIn("deployer");
  const { page, job } = person;
  await page.setViewportSize({ width: 1280, height: 860 });
  await ask({ world, person }, MANY);
  const asked = job.question.getByText(QUESTION);
  const filter = job.question.getByRole("searchbox", { name: "Filter answers" });
  const buttons = job.question.getByRole("button");

  await expectInView(asked, ...(await buttons.all()));
  await expect(filter).toBeHidden();
  // scap's words verbatim and in its order, and the destructive ones last.
  const names = await buttons.evaluateAll((all) =>
    all.map((one) => one.querySelector("span:last-of-type")?.textContent),
  );
  expect(names).toEqual([...SERVERS, "Roll back everything", "Exit without rollback"]);
  const boxOf = async (name: string) => {
    const box = await job.button(name).boundingBox();
    if (box === null) throw new Error(`${name} is not shown`);
    return box;
  };
  expect((await boxOf(SERVERS[1] ?? "")).y).toBe((await boxOf(SERVERS[0] ?? "")).y);
  const last = await boxOf(SERVERS[9] ?? "");
  expect((await boxOf("Roll back everything")).y - (last.y + last.height), "a gap").toBeGreaterThan(16);

  await page.setViewportSize({ width: 390, height: 844 });
  await expectInView(asked, filter, job.button(SERVERS[0] ?? ""));
  await filter.fill("rollback exit");
  await expect(buttons).toHaveText(["Exit without rollback"].map((name) => new RegExp(`${name}$`)));
  await expectInView(asked, filter, job.button("Exit without rollback"));
  await filter.fill("");
  await job.button("Exit without rollback").scrollIntoViewIfNeeded();
  await expectInView(asked, filter, job.button("Exit without rollback"));
});

test("a destructive answer needs a second, deliberate press", async ({ signedIn, world }) => {
  const person = await signedIn("deployer");
  const { page, job } = person;
  const { pendingId } = await ask({ world, person }, QUESTIONS.choices);
  const rollBack = job.button("Roll back all stages and terminate");
  const confirm = job.confirmation.getByRole("button", { name: "Roll back all stages and terminate" });
  await expect(rollBack).toBeEnabled();

  // A double click, a slow one and a press that began too early do not confirm.
  await rollBack.dblclick();
  await expect(confirm).toBeEnabled();
  const box = await confirm.boundingBox();
  const [x, y] = [(box?.x ?? 0) + 10, (box?.y ?? 0) + 10];
  await page.mouse.move(x, y);
  await page.mouse.down({ clickCount: 2 });
  await page.mouse.up({ clickCount: 2 });
  await expect(job.confirmation).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(job.confirmation).toHaveCount(0);

  // A key that is held down presses once, and a second press goes to Cancel.
  await rollBack.focus();
  await page.keyboard.down("Enter");
  await expect(job.confirmation).toBeVisible();
  for (let n = 0; n < 5; n += 1) await page.keyboard.down("Enter");
  await expect(job.confirmation).toBeVisible();
  await page.keyboard.up("Enter");
  await expect(job.confirmation.getByRole("button", { name: "Cancel" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(job.confirmation).toHaveCount(0);
  expect(await storedState(world, pendingId)).toBe("pending");

  await rollBack.click();
  await expect(confirm).toBeEnabled();
  await confirm.click();
  await expect.poll(() => storedState(world, pendingId)).toBe("answered");
});

test("a press that began before the confirmation accepted clicks does not confirm", async ({
  signedIn,
  world,
}) => {
  const person = await signedIn("deployer");
  const { page, job } = person;
  const { pendingId } = await ask({ world, person }, QUESTIONS.choices);
  await page.clock.install();
  await page.reload();
  const rollBack = job.button("Roll back all stages and terminate");
  await expect(rollBack).toBeEnabled();
  await stopTime(page);
  await rollBack.click();
  // Less than the time after which it accepts clicks.
  await page.clock.runFor(100);
  const confirm = job.confirmation.getByRole("button", { name: "Roll back all stages and terminate" });
  await expect(confirm).toBeVisible();
  const box = await confirm.boundingBox();
  await page.mouse.move((box?.x ?? 0) + 10, (box?.y ?? 0) + 10);
  await page.mouse.down();
  await page.clock.runFor(2000);
  await expect(confirm).toBeEnabled();
  await page.mouse.up();

  await expect(job.confirmation).toBeVisible();
  expect(await storedState(world, pendingId)).toBe("pending");
});

test("answers by keyboard: q goes to the question, a number selects, Enter sends, and typing in a field does neither", async ({
  signedIn,
  world,
}) => {
  const person = await signedIn("deployer");
  const { page, job } = person;
  const { pendingId } = await ask({ world, person }, QUESTIONS.choices);
  await expect(job.button("Retry testserver checks")).toBeEnabled();

  const search = page.getByRole("searchbox", { name: "Search the log" });
  await search.fill("");
  await search.pressSequentially("q1");
  await expect(search).toBeFocused();
  await expect(search).toHaveValue("q1");
  await search.blur();

  await page.keyboard.press("q");
  await expect(job.question).toBeFocused();
  await page.keyboard.press("3");
  await expect(job.button("Roll back all stages and terminate")).toBeFocused();
  // A number that is no answer takes the selection back, so that the Enter behind it answers nothing.
  await page.keyboard.type("19");
  await expect(job.question).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.press("1");
  await expect(job.button("Retry testserver checks")).toBeFocused();
  expect(await storedState(world, pendingId)).toBe("pending");
  await page.keyboard.press("Enter");
  await expect.poll(() => storedState(world, pendingId)).toBe("answered");
});

test("a table that repeats the changes of the page is left out, and the reason for a question is shown", async ({
  signedIn,
  world,
}) => {
  const person = await signedIn("deployer");
  const { job } = person;
  const rows = [1234, 1235].map((number) => `│ ${number} │ master │`);
  const table = ["┌──────┬────────┐", "│ #    │ Branch │", "├──────┼────────┤", ...rows, "└──────┴────────┘"];
  const message = [
    "The following changes are scheduled for backport:",
    ...table,
    "Backport the changes?",
  ].join("\n");
  await ask({ world, person }, { ...QUESTIONS.yes_no, message });
  await expect(job.question).toContainText("1234, 1235");
  await expect(job.question).not.toContainText("│");

  await ask(
    { world, person },
    { ...QUESTIONS.yes_no, message: "Release repo update failed\nDo you want to proceed anyway?" },
  );
  await expectInView(job.question.getByText("Release repo update failed"));
});

test("a secret is hidden until its owner shows it, and again when it is sent", async ({
  signedIn,
  world,
}) => {
  const person = await signedIn("deployer");
  const { page, job } = person;
  await ask({ world, person }, QUESTIONS.secret);
  const field = page.getByLabel("Secret (hidden and never stored)");
  await field.fill("correct horse");
  await expect(field).toHaveAttribute("type", "password");
  await job.button("Show secret").click();
  await expect(field).toHaveAttribute("type", "text");
  await expect(field).toHaveValue("correct horse");
  await job.button("Hide secret").click();
  await expect(field).toHaveAttribute("type", "password");
});

test("on a cold load the question is shown before the log", async ({ signedIn, world }) => {
  const person = await signedIn("deployer");
  const { page, job } = person;
  const { id } = await ask({ world, person }, QUESTIONS.choices);
  await page.goto("about:blank");
  // No request can read the log until this transaction ends.
  await transaction(world.db, async (tx) => {
    await tx.execute("lock table spiderpig.log_block in access exclusive mode");
    await page.goto(`/jobs/${id}`, { waitUntil: "commit" });
    await expectInView(
      job.question.getByText("What do you want to do?"),
      job.button("Retry testserver checks"),
    );
    await expect(page.getByText("Loading the log…")).toBeVisible();
  });
  await expect(job.log).toContainText("line 299");
});

test("with forced colours the answers and the selected one are visible without colour", async ({
  signedIn,
  world,
}) => {
  const person = await signedIn("deployer", { forcedColors: "active" });
  const { page, job } = person;
  await ask({ world, person }, QUESTIONS.choices);
  const styleOf = (of: Locator) =>
    of.evaluate((element) => {
      const { borderTopStyle, outlineStyle } = getComputedStyle(element);
      return { borderTopStyle, outlineStyle };
    });
  // Before the page's script has loaded, keys have no effect.
  await expect(job.button("Retry testserver checks")).toBeEnabled();
  await page.keyboard.press("3");
  const selected = job.button("Roll back all stages and terminate");
  await expect(selected).toBeFocused();
  expect(await styleOf(selected)).toEqual({ borderTopStyle: "solid", outlineStyle: "solid" });
  const group = selected.locator("xpath=ancestor::*[@data-destructive][1]");
  expect((await styleOf(group)).borderTopStyle, "a line before the destructive answers").toBe("solid");
});
