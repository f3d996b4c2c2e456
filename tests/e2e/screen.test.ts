// Interactive programs in a browser. Seeded: the test stores the screens and questions that a worker would store for a
// program.
import { type Database, query, transaction } from "#lib/db/connection.ts";
import { askInteraction } from "#lib/db/interactions.ts";
import { findOutputState, storeOutput } from "#lib/db/output.ts";
import type { ScreenContent } from "#lib/domain/terminal.ts";
import { printed } from "../seed/printed.ts";
import { aJob } from "../seed/seed.ts";
import { QUESTIONS } from "../seed/seed-questions.ts";
import { keepHeartbeatFresh } from "../seed/heartbeats.ts";
import { until } from "../support/until.ts";
import { expectAccessible } from "./support/axe.ts";
import { expect, test } from "./support/test.ts";

const ITEMS = ["staging", "production", "cancel"];

/** A menu with one highlighted item. */
function menu(marked: number): ScreenContent {
  const items = ITEMS.map((item, n) => (n === marked ? `\u001b[36m❯ ${item}\u001b[m` : `  ${item}`));
  const rows = ["17:02:11 Started build-images", "? Where to (use the arrow keys)", ...items];
  return {
    rows: [...rows, ...Array.from({ length: 50 - rows.length }, () => "")],
    cursorRow: rows.length,
    cursorColumn: 0,
    isAlternate: false,
  };
}

async function draw(db: Database, jobId: number, screen: ScreenContent | null): Promise<void> {
  const before = await findOutputState(db, jobId);
  const output = printed(before, [], { screen });
  const batch = { output, phases: [], progress: null, status: null };
  await transaction(db, (tx) => storeOutput(tx, { jobId, epoch: 1 }, before, batch));
}

let reads = 0;

/** Asks for the next key, once the last one was answered. */
async function read(db: Database, jobId: number): Promise<void> {
  await until("the last key to be given", async () => {
    const [job] = await query<{ isRunning: boolean }>(
      db,
      `select state = 'running' as "isRunning" from spiderpig.job where id = $1`,
      [jobId],
    );
    return job?.isRunning;
  });
  reads += 1;
  const question = { ...QUESTIONS.screen, promptKey: `read ${reads}`, line: 1, askedAt: new Date() };
  await transaction(db, (tx) => askInteraction(tx, jobId, question));
}

/** A job whose program shows the menu and waits for a key. */
async function aMenu(db: Database, lane: string): Promise<number> {
  const { id } = await aJob(db, { lane }).prints("17:02:11 Started build-images").waiting({ on: "screen" });
  await keepHeartbeatFresh(db, id);
  await draw(db, id, menu(0));
  return id;
}

async function given(db: Database, jobId: number): Promise<unknown[]> {
  const rows = await query<{ value: unknown }>(
    db,
    `select a.value from spiderpig.answer a join spiderpig.interaction i on i.id = a.interaction_id
     where i.job_id = $1 order by i.id`,
    [jobId],
  );
  return rows.map(({ value }) => value);
}

test("background colours of a screen have no gaps between rows", async ({ signedIn, world: { db } }) => {
  const id = await aMenu(db, "painted");
  const rows = Array.from({ length: 50 }, (_, n) => `\u001b[37;40m row ${n}\u001b[m`);
  await draw(db, id, { rows, cursorRow: 1, cursorColumn: 0, isAlternate: true });
  const { job } = await signedIn("viewer");
  await job.open(id);
  await job.showsLiveScreen();

  const isCovered = (painted: Element) => {
    const [ground, row] = [painted, painted.parentElement ?? painted].map((part) =>
      part.getBoundingClientRect(),
    );
    return ground !== undefined && row !== undefined && ground.top <= row.top && ground.bottom >= row.bottom;
  };
  for (const n of [3, 4]) {
    expect(await job.screen.getByText(`row ${n}`, { exact: true }).evaluate(isCovered)).toBe(true);
  }
});

test("key presses are sent one at a time, only while the program reads, and their history is one line", async ({
  signedIn,
  world: { db },
}) => {
  const id = await aMenu(db, "keys");
  const { job } = await signedIn("deployer");
  await job.open(id);
  await job.showsLiveScreen();
  const pad = await job.button("Down").boundingBox();

  await job.button("Down").click();
  await expect(job.question).toContainText("Sent Down.");
  await expect(job.button("Enter")).toHaveAttribute("aria-disabled", "true");
  await job.button("Enter").click({ force: true });
  await draw(db, id, menu(1));
  await expect(job.screen).toContainText("❯ production");
  await expect.poll(() => given(db, id)).toEqual([{ key: "down" }]);

  await read(db, id);
  await job.question.getByRole("textbox", { name: "Type text" }).fill("prod");
  await job.button("Send").click();
  await expect(job.question).toContainText("Sent “prod”.");
  await read(db, id);
  expect(await job.button("Down").boundingBox(), "the keys stay where they are").toEqual(pad);
  await job.button("Enter").click();
  await expect(job.question).toContainText("Sent Enter.");
  await expect.poll(() => given(db, id)).toEqual([{ key: "down" }, "prod", { key: "enter" }]);

  await draw(db, id, null);
  await expect(job.question).toHaveCount(0);
  await expect(job.questions).toContainText("You pressed Down, “prod”, Enter");
  await job.questions.getByText("Show all key presses").click();
  await expect(
    job.questions.getByRole("listitem").filter({ hasText: /^\d.*deployer: Enter$/ }),
  ).toBeVisible();
});

test("the keyboard is captured only on request, and pressing Escape twice releases it", async ({
  signedIn,
  world: { db },
}) => {
  const id = await aMenu(db, "keyboard");
  const { page, job } = await signedIn("deployer");
  await job.open(id);
  await job.showsLiveScreen();

  // Keyboard users can tab through the screen without typing into the program.
  await job.screen.focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Tab");
  await expect(job.screen).not.toBeFocused();
  expect(await given(db, id)).toEqual([]);

  await job.screen.click();
  await expect(job.question).toContainText("Keys go to the program. Press Esc twice to stop.");
  await page.keyboard.press("Tab");
  await expect(job.question).toContainText("Sent Tab.");
  await page.keyboard.press("x");
  await expect(job.question).toContainText("Key ignored");
  await read(db, id);
  await expect(job.question).toContainText("Keys go to the program.");
  await page.keyboard.press("x");
  await expect(job.question).toContainText("Sent “x”.");
  await read(db, id);
  await expect(job.question).toContainText("Keys go to the program.");

  await page.keyboard.press("Control+c");
  await expect(job.confirmation).toContainText("Press Ctrl-C?");
  await page.keyboard.press("Escape");
  await expect(job.confirmation).toHaveCount(0);
  await job.button("Use keyboard").click();
  // On a busy machine too much time may pass between the two.
  await expect(async () => {
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await expect(job.question).not.toContainText("Keys go to the program.", { timeout: 2000 });
  }).toPass();
  await page.keyboard.press("ArrowDown");
  await expect.poll(() => given(db, id)).toEqual([{ key: "tab" }, "x", { key: "escape" }]);
});

test("of two simultaneous key presses one is used, and the other person sees whose", async ({
  signedIn,
  world: { db },
}) => {
  const id = await aMenu(db, "two-people");
  const first = await signedIn("deployer");
  const second = await signedIn("admin");
  for (const { job } of [first, second]) {
    await job.open(id);
    await job.showsLiveScreen();
  }

  await Promise.all([first.job.button("Down").click(), second.job.button("Up").click()]);

  const pages = [first.job, second.job];
  await expect
    .poll(async () =>
      (await Promise.all(pages.map((job) => job.question.getByRole("status").textContent()))).join(),
    )
    .toMatch(/pressed (Down|Up)( first)?\./);
  await expect.poll(() => given(db, id)).toHaveLength(1);
});

test("a viewer sees the live screen, but no keys", async ({ signedIn, world: { db } }) => {
  const id = await aMenu(db, "viewer-screen");
  const { page, job } = await signedIn("viewer");
  await job.open(id);

  await expect(job.question).toContainText("View only. Deployers can answer.");
  await expect(job.question.getByRole("button")).toHaveCount(0);
  await draw(db, id, menu(2));
  await expect(job.screen).toContainText("❯ cancel");
  await job.screen.click();
  await page.keyboard.press("Enter");
  expect(await given(db, id)).toEqual([]);
});

test("on a phone the screen with its cursor and all keys are in view, and the keys are large enough", async ({
  signedIn,
  world: { db },
}) => {
  const id = await aMenu(db, "phone-screen");
  const wide = {
    rows: Array.from({ length: 50 }, (_, n) => `${n} ${"wide ".repeat(31)}`),
    isAlternate: true,
  };
  await draw(db, id, { ...wide, cursorRow: 48, cursorColumn: 150 });
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
  const { page, job } = await signedIn("deployer", phone);
  await job.open(id);

  await expect(job.screen).toContainText("48 wide");
  await expect(job.screen.locator("[data-cursor]")).toBeInViewport({ ratio: 1 });
  for (const button of await job.question.getByRole("button").all()) {
    if (!(await button.isVisible())) continue;
    await expect(button).toBeInViewport({ ratio: 1 });
    const box = await button.boundingBox();
    expect(Math.min(box?.height ?? 0, box?.width ?? 0)).toBeGreaterThanOrEqual(44);
  }
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await expectAccessible(page);

  await page.setViewportSize({ width: 320, height: 568 });
  for (const name of ["Down", "Home", "Tab", "Page Down"]) {
    await expect.poll(async () => (await job.button(name).boundingBox())?.width).toBeGreaterThanOrEqual(44);
  }
});

test("a text can be ended with Ctrl-D", async ({ signedIn, world: { db } }) => {
  const { id } = await aJob(db, { lane: "end-of-input" }).waiting({ on: "text" });
  await keepHeartbeatFresh(db, id);
  const { job } = await signedIn("deployer");
  await job.open(id);

  await job.button("Send end of input (Ctrl-D)").click();

  await expect(job.questions).toContainText("You sent end of input (Ctrl-D)");
  expect(await given(db, id)).toEqual([{ key: "ctrl_d" }]);
});
