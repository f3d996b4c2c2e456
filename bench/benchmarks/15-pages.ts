// The pages in a real browser: what they send, whether they hold still, and how soon they show a question and react to a
// click or a key.
import type { Browser, Page } from "@playwright/test";
import { query, transaction } from "#lib/db/connection.ts";
import { inProject } from "../../scripts/root.ts";
import type { Installation } from "../installation/installation.ts";
import {
  countBytes,
  layoutShift,
  signedInContext,
  watchFirstPaint,
  watchReaction,
  withBrowser,
} from "../measure/browser.ts";
import { latencyRow, type Row, valueRow } from "../measure/result.ts";
import { until } from "../until.ts";
import type { Benchmark } from "./benchmark.ts";

const NUMBER = 15;
const LOADS = 5;
const CLICKS = 10;
const QUEUED = 2000;
const LONG_LOG = 100_000;
const KB = 1000;
const QUESTION = "[data-question]";
const ASK = inProject("bench/programs/ask.ts");

export const pages: Benchmark = {
  number: NUMBER,
  name: "pages in a browser",
  async run(installation) {
    return withBrowser(async (browser) => [
      ...(await longLog(installation, browser)),
      ...(await reactions(installation, browser)),
      await boundedOverview(installation),
    ]);
  },
};

/** Sizes and layout shifts of cold loads, and the first paint of a question after a long log. */
async function longLog(installation: Installation, browser: Browser): Promise<Row[]> {
  const program = `seq ${LONG_LOG}; printf 'Continue with sync? [y/N]: '; read answer`;
  await installation.startWorker(["/bin/sh", "-c", program]);
  const { job } = await installation.client.createJob();
  await untilAsked(installation, job.id);
  const rows: Row[] = [];
  for (const [name, path] of [
    ["home", "/"],
    ["job", `/jobs/${job.id}`],
    ["history", "/history"],
  ] as const) {
    const { html, script, shift } = await coldLoad(installation, browser, path);
    rows.push(
      valueRow(
        { benchmark: NUMBER, name: `JavaScript of the ${name} page on the wire`, unit: "kB" },
        [script],
        200,
      ),
      valueRow({ benchmark: NUMBER, name: `HTML of the ${name} page on the wire`, unit: "kB" }, [html]),
      valueRow(
        { benchmark: NUMBER, name: `cumulative layout shift of the ${name} page`, unit: "" },
        [shift],
        0.01,
      ),
    );
  }
  const painted: number[] = [];
  for (let load = 0; load < LOADS; load += 1) {
    const context = await signedInContext(browser, installation.address);
    const page = await context.newPage();
    const paint = await watchFirstPaint(page, QUESTION);
    await page.goto(`/jobs/${job.id}`);
    painted.push(await paint());
    await context.close();
  }
  const name = `first paint of a question after ${LONG_LOG.toLocaleString("en-US")} lines, cold`;
  rows.push(latencyRow({ benchmark: NUMBER, name }, painted, { p50: 1000 }));
  await installation.stopWorkers();
  return rows;
}

async function coldLoad(
  { address }: Installation,
  browser: Browser,
  path: string,
): Promise<{ html: number; script: number; shift: number }> {
  const context = await signedInContext(browser, address);
  const page = await context.newPage();
  const bytes = await countBytes(page);
  await page.goto(path, { waitUntil: "load" });
  await page.getByRole("heading", { level: 1 }).waitFor();
  // What the page loads after its first paint, such as the data of its stream.
  await page.waitForTimeout(1500);
  const { html, script } = bytes();
  const shift = await layoutShift(page);
  await context.close();
  return { html: html / KB, script: script / KB, shift };
}

/** From a click or a key to the frame that shows its effect. */
async function reactions(installation: Installation, browser: Browser): Promise<Row[]> {
  const report = installation.newReport();
  await installation.startWorker([process.execPath, ASK, report, String(CLICKS), "0"]);
  const { job } = await installation.client.createJob();
  const context = await signedInContext(browser, installation.address);
  const page = await context.newPage();
  await page.goto(`/jobs/${job.id}`);
  const clicks: number[] = [];
  const keys: number[] = [];
  for (let round = 0; round < CLICKS; round += 1) {
    const yes = page.locator(QUESTION).getByRole("button", { name: "Yes" }).and(page.locator(":enabled"));
    await page.locator(`${QUESTION} button:not([aria-disabled=true])`).first().waitFor();
    await page.waitForTimeout(500);
    keys.push(await openGoTo(page));
    const reaction = await watchReaction(page, "click", `${QUESTION} [data-busy]`);
    await yes.click();
    clicks.push(await reaction());
    await page.locator(`${QUESTION} [data-busy]`).waitFor({ state: "detached" });
  }
  await context.close();
  await installation.stopWorkers();
  const [first = Number.NaN, ...later] = keys;
  return [
    latencyRow({ benchmark: NUMBER, name: "click on an answer → visible feedback" }, clicks, { p50: 100 }),
    latencyRow({ benchmark: NUMBER, name: "Ctrl-K → “Go to” is open" }, later, { p50: 100 }),
    valueRow(
      { benchmark: NUMBER, name: "Ctrl-K → “Go to” is open, the first time", unit: "ms" },
      [first],
      500,
    ),
  ];
}

async function openGoTo(page: Page): Promise<number> {
  const reaction = await watchReaction(page, "keydown", "[role=dialog] [role=combobox]");
  await page.keyboard.press("Control+k");
  const ms = await reaction();
  await page.keyboard.press("Escape");
  await page.locator("[role=dialog]").waitFor({ state: "detached" });
  return ms;
}

/** The home page and the first event of its stream, uncompressed, with many queued jobs. */
async function boundedOverview(installation: Installation): Promise<Row> {
  const { db, client } = installation;
  const lane = "bench-queue";
  await transaction(db, async (tx) => {
    // Without triggers: each row would update the search table.
    await tx.execute("set local session_replication_role = replica");
    await tx.execute(
      `with created as (
         insert into spiderpig.job (kind, operation, parameters, lane, requested_by, command)
         select 'backport', '{"name":"Backport","completedLabel":"Deployed","evidence":"production","estimateKey":"backport","hosts":null}', '{}', $1, 'deployer', '{backport,1234}' from generate_series(1, ${QUEUED})
         returning id)
       insert into spiderpig.change (job_id, position, number, patch_set, project, branch, subject, owner, url)
       select id, 1, 1234, 1, 'operations/mediawiki-config', 'master', 'Enable the feature on the wiki of number ' || id,
         'Ada', 'https://gerrit.example/1234'
       from created`,
      [lane],
    );
  });
  const page = await client.send("GET", "/");
  const snapshot = await firstEvent(installation);
  await transaction(db, async (tx) => {
    await tx.execute("set local session_replication_role = replica");
    await tx.execute(
      `update spiderpig.job
       set state = 'cancelled', outcome = 'cancelled_while_queued', decided_by = 'bench', finished_at = now()
       where lane = $1`,
      [lane],
    );
  });
  const name = `home page and its first event, uncompressed, with ${QUEUED.toLocaleString("en-US")} queued jobs`;
  const bytes = Buffer.byteLength(page.text) + snapshot;
  return valueRow({ benchmark: NUMBER, name, unit: "kB" }, [bytes / KB], 100);
}

async function firstEvent({ client }: Installation): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const watching = await client.watch("/api/events", ({ event, data }) => {
    if (event === "overview") resolve(Buffer.byteLength(data));
  });
  const bytes = await promise;
  watching.close();
  return bytes;
}

async function untilAsked({ db }: Installation, jobId: number): Promise<void> {
  await until(
    "the question",
    async () => {
      const pending = "select 1 from spiderpig.interaction where job_id = $1 and state = 'pending'";
      return (await query(db, pending, [jobId])).length > 0;
    },
    { timeoutMs: 120_000 },
  );
}
