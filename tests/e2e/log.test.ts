// The log as a terminal shows it: redrawn lines, colours, links, deceptive text, and long selections.
import { transaction } from "#lib/db/connection.ts";
import { findOutputState, storeOutput } from "#lib/db/output.ts";
import { printed } from "../seed/printed.ts";
import { aJob } from "../seed/seed.ts";
import { QUESTIONS } from "../seed/seed-questions.ts";
import { keepHeartbeatFresh } from "../seed/heartbeats.ts";
import { expectAccessible } from "./support/axe.ts";
import { expect, test } from "./support/test.ts";
import type { World } from "./support/world.ts";

const ESC = "\u001b";
/** The log is completely in view. */
const TALL = { viewport: { width: 1280, height: 1200 } };

/** Stores redrawn lines as a worker does. */
async function redraw({ db }: World, id: number, live: readonly string[], settled: readonly string[] = []) {
  const before = await findOutputState(db, id);
  const batch = { output: printed(before, settled, { live }), phases: [], progress: null, status: null };
  await transaction(db, (tx) => storeOutput(tx, { jobId: id, epoch: 1 }, before, batch));
}

test("a redrawn line changes in place, and the lines in view do not move", async ({ signedIn, world }) => {
  const { id } = await aJob(world.db, { lane: "redraw" })
    .prints(...Array.from({ length: 200 }, (_, n) => `line ${n + 1}`))
    .running();
  await keepHeartbeatFresh(world.db, id);
  const { page, job } = await signedIn("viewer", TALL);
  await job.open(id);
  await expect(job.log.getByText("line 200", { exact: true })).toBeInViewport();

  await redraw(world, id, ["layer a: 1%", "layer b: 1%"]);
  await expect(job.log.getByText("layer b: 1%")).toBeInViewport();
  await redraw(world, id, [`layer a: ${ESC}[32m99%${ESC}[0m`, "layer b: 1%"]);
  await expect(job.log.locator("[data-line='201'] [data-text]")).toHaveText("layer a: 99%");
  await expect(job.log.getByText("layer a:")).toHaveCount(1);
  await expect(page.getByText("202 lines")).toBeVisible();

  // Wrapped lines outside of the viewport that become longer must not move the lines in view.
  await page.getByRole("button", { name: "Wrap" }).click();
  await page.getByLabel("Go to line or time").fill("180");
  await page.getByLabel("Go to line or time").press("Enter");
  const line = job.log.getByText("line 180", { exact: true });
  await expect(line).toBeInViewport();
  const before = await line.boundingBox();
  await redraw(world, id, [`layer a: ${"=".repeat(400)}`, "layer b: done"]);
  await expect.poll(() => line.boundingBox()).toEqual(before);

  await redraw(world, id, ["layer b: done"], ["layer a: done"]);
  await page.getByRole("button", { name: "Jump to end" }).click();
  await expect(job.log.getByText("layer b: done")).toBeInViewport();
  await expect(job.log.getByText("layer a: done")).toBeInViewport();
});

test("the end of the log is in view while the job runs, at its question, and at its end", async ({
  signedIn,
  world,
}) => {
  const lines = Array.from({ length: 200 }, (_, n) => `line ${n + 1}`);
  const running = await aJob(world.db, { lane: "end-1" })
    .prints(...lines)
    .running();
  const asked = await aJob(world.db, { lane: "end-2" })
    .prints(...lines)
    .waiting({ on: "choices" });
  const ended = await aJob(world.db, { lane: "end-3" })
    .prints(...lines)
    .succeeded();
  for (const { id } of [running, asked]) await keepHeartbeatFresh(world.db, id);
  const { job } = await signedIn("viewer", { viewport: { width: 1280, height: 860 } });

  for (const { id } of [running, asked, ended]) {
    await job.open(id);
    await expect(job.log.getByText("line 200", { exact: true }), `of job ${id}`).toBeInViewport({ ratio: 1 });
  }
});

test("colours are readable in both themes, and links lead to their target", async ({ signedIn, world }) => {
  const link = (target: string, text: string) => `${ESC}]8;;${target}${ESC}\\${text}${ESC}]8;;${ESC}\\`;
  const exact = [16, 232, 17, 244, 226, 51].map((n) => `${ESC}[38;5;${n}mcolour ${n}${ESC}[0m`).join(" | ");
  const onGround = [41, 43, 44, 47, 100].map((n) => `${ESC}[${n};34m on ${n} ${ESC}[0m`).join(" ");
  const { id } = await aJob(world.db, { lane: "colours" })
    .prints(
      `${ESC}[31merror: three lines in red${ESC}[0m`,
      `${ESC}[31msecond red line${ESC}[0m`,
      `${ESC}[1;33mbold yellow${ESC}[0m plain ${ESC}[2mdim${ESC}[0m ${ESC}[7minverse${ESC}[0m`,
      exact,
      `${ESC}[38;2;20;20;20mnearly black${ESC}[0m | ${ESC}[38:2::0:0:95mdark blue${ESC}[0m | ${onGround}`,
      `${ESC}[4:3;58:5:1mcurly${ESC}[0m ${ESC}[9mstruck${ESC}[0m ${ESC}[31;48:2::0:0:128mred on navy${ESC}[0m`,
      `see ${link("https://example.org/T1", "the task")} and ${ESC}[36mhttps://example.org/plain${ESC}[0m.`,
      "a file was not found",
    )
    .succeeded();
  const { page, job } = await signedIn("viewer", TALL);
  await job.open(id);

  const task = job.log.getByRole("link", { name: "the task" });
  await expect(task).toHaveAttribute("href", "https://example.org/T1");
  await expect(task).toHaveAttribute("title", "https://example.org/T1");
  const plain = job.log.getByRole("link", { name: "https://example.org/plain", exact: true });
  await expect(plain).toHaveAttribute("href", "https://example.org/plain");
  for (const one of [task, plain]) {
    await expect(one).toHaveAttribute("target", "_blank");
    await expect(one).toHaveAttribute("rel", "noopener noreferrer");
  }
  const red = job.log.getByText("second red line");
  await page.emulateMedia({ colorScheme: "light" });
  await expect(red).toHaveCSS("color", "rgb(179, 36, 36)");
  await page.emulateMedia({ colorScheme: "dark" });
  await expect(red).toHaveCSS("color", "rgb(253, 120, 101)");
  await expectAccessible(page);
});

test("invisible and bidirectional control characters are not shown", async ({ signedIn, world }) => {
  const marks = `Z${"\u0335\u0301\u0302".repeat(40)}algo`;
  const options = [
    { text: "No, roll\u202e back", value: "n", typed: "n" },
    { text: "Yes\u200b, continue", value: "y", typed: "y" },
  ];
  const { id } = await aJob(world.db, { lane: "deceit" })
    .prints("above", marks, "below \u061cand \u200bmore")
    .waiting({ on: { ...QUESTIONS.choices, message: `${marks}\nGo\u2067 on?`, options } });
  await keepHeartbeatFresh(world.db, id);
  const { page, job } = await signedIn("deployer", TALL);
  await job.open(id);

  await expect(job.log).toContainText("below and more");
  await expect(job.button("No, roll back")).toBeVisible();
  await expect(job.button("Yes, continue")).toBeVisible();
  expect(await page.evaluate(() => document.body.innerText)).not.toMatch(
    /[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069]/,
  );
  expect(await page.evaluate(() => document.body.innerText)).not.toMatch(/\p{Mn}{5}/u);
});

test("a click and a distant Shift+click select everything in between", async ({ signedIn, world }) => {
  const { id } = await aJob(world.db, { lane: "select" })
    .prints(...Array.from({ length: 3000 }, (_, n) => `line ${n + 1}.`))
    .succeeded();
  const { page, job } = await signedIn("viewer", TALL);
  await page.goto(`/jobs/${id}#L1`);
  const third = job.log.getByText("line 3.", { exact: true });
  await expect(third).toBeInViewport();
  await third.click({ position: { x: 1, y: 8 } });

  await job.log.hover();
  const target = job.log.getByText("line 2005.", { exact: true });
  await expect(async () => {
    await page.mouse.wheel(0, 2000);
    await expect(job.log.getByText(/^line (19\d\d|20\d\d)\.$/).first()).toBeVisible({ timeout: 100 });
  }).toPass({ intervals: [50] });
  await page.mouse.wheel(0, (2000 - (await firstLine())) * 20);
  await expect(target).toBeInViewport();
  const box = await target.boundingBox();
  await page.keyboard.down("Shift");
  await page.mouse.click((box?.x ?? 0) + (box?.width ?? 0) - 1, (box?.y ?? 0) + 8);
  await page.keyboard.up("Shift");

  await expect
    .poll(async () => {
      const selected = await page.evaluate(() => document.getSelection()?.toString() ?? "");
      return selected.trim().split(/\n+/).length;
    })
    .toBe(2003);

  /** The first line in view. */
  function firstLine(): Promise<number> {
    return job.log.evaluate((box) => {
      const top = box.getBoundingClientRect().top;
      const rows = [...box.querySelectorAll<HTMLElement>("[data-line]:not([data-apart])")];
      return Number(rows.find((row) => row.getBoundingClientRect().bottom > top)?.dataset.line);
    });
  }
});
