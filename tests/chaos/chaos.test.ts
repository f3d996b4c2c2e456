// A few rounds with fixed seeds. `npm run test:chaos` runs any number.
import assert from "node:assert/strict";
import { test } from "node:test";
import { buildPages } from "../../scripts/pages.ts";
import { inProject } from "../../scripts/root.ts";
import { runRounds, summarise } from "./run.ts";

/** Together these kill, stop and pause workers, web processes and the database, and kill a holder. */
const SEEDS = [8, 243];

test("deployments survive the failure of every process but their holder, and a lost deployment is reported", async (t) => {
  const printed: string[] = [];
  // Returns at once unless this file runs alone.
  await buildPages(inProject(".cache/build.log"));

  const run = await runRounds({ seeds: SEEDS, isVerbose: false, say: (line) => printed.push(line) });

  t.diagnostic(summarise(run).replaceAll("\n", "; "));
  assert.deepEqual(run.broken, [], printed.join("\n"));
});
