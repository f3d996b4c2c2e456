// A few rounds with fixed seeds, for every run of the tests. `npm run test:chaos` makes as many as one likes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { buildPages } from "../../scripts/pages.ts";
import { inProject } from "../../scripts/root.ts";
import { runRounds, summarise } from "./run.ts";

/** Chosen so that together they kill, stop and pause workers, web processes and the database, and kill a holder. */
const SEEDS = [54, 205, 301];

test("deployments survive the death of everything but their holder, and what cannot survive is told", async (t) => {
  const said: string[] = [];
  // Has been done already, unless this file is run by itself.
  await buildPages(inProject(".cache/build.log"));

  const run = await runRounds({ seeds: SEEDS, isVerbose: false, say: (line) => said.push(line) });

  t.diagnostic(summarise(run).replaceAll("\n", "; "));
  assert.deepEqual(run.broken, [], said.join("\n"));
});
