import assert from "node:assert/strict";
import { test } from "node:test";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import { until } from "../support/until.ts";
import { openSandbox } from "./open-sandbox.ts";
import { continueQuestion, everyPageShows, noPageShows, startDeployment } from "./scap-terminal.ts";

const repository = "operations/mediawiki-config";
const showDiff = `There were unexpected commits pulled from origin for ${repository}.\nWould you like to see the diff? [Y/n]: `;
const deployAll = `There were unexpected commits pulled from origin for ${repository}.\nContinue with deployment (all patches will be deployed)? [y/N]: `;

/** Approves a change as another user, and waits for its merge. */
async function mergeMeanwhile(sandbox: Sandbox, number: number): Promise<void> {
  const change = `${sandbox.gerritUrl}/a/changes/${number}`;
  const approved = await fetch(`${change}/revisions/current/review`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa("mikko:x")}`, "content-type": "application/json" },
    body: JSON.stringify({ labels: { "Code-Review": 2 } }),
  });
  assert.ok(approved.ok, await approved.text());
  await until(`the merge of ${number}`, async () =>
    (await (await fetch(change)).text()).includes('"MERGED"'),
  );
}

test("commits of others are shown and deployed only after a yes", async (t) => {
  const sandbox = await openSandbox(t);
  await mergeMeanwhile(sandbox, 1246);

  const first = await startDeployment(t, sandbox, ["1234"]);
  await first.asks(showDiff);
  assert.match(
    first.marked(),
    /<yellow>\d\d:\d\d:\d\d The following are unexpected commits pulled from origin for operations\/mediawiki-config:<off>\n/,
  );
  assert.match(first.shown(), /Offer the site in Welsh and Basque/);
  first.answer("");
  await first.asks(deployAll);
  assert.match(first.shown(), /\+.*Cymraeg/, "the diff was shown");
  first.answer("");
  assert.deepEqual(await first.ends(), { exitCode: 0, signal: 0 });
  assert.match(first.shown(), /Backport cancelled/);
  assert.ok(await noPageShows(sandbox, "testservers", "Cymraeg"), "nothing was deployed");

  const second = await startDeployment(t, sandbox, ["1234"]);
  await second.asks(showDiff);
  second.answer("n");
  await second.asks(deployAll);
  second.answer("y");
  await second.asks(continueQuestion);
  second.answer("y");
  assert.deepEqual(await second.ends(), { exitCode: 0, signal: 0 });
  assert.ok(await everyPageShows(sandbox, "production", "Cymraeg"));
});

test("a long list of them waits in git's pager for a key", async (t) => {
  const sandbox = await openSandbox(t);
  await mergeMeanwhile(sandbox, 1246);
  const scap = await startDeployment(t, sandbox, ["1234"], { GIT_PAGER: "less -+F -+X", LESS: "" });
  await scap.shows("(END)");

  scap.type("q");

  await scap.asks(showDiff);
  scap.answer("n");
  await scap.asks(deployAll);
  scap.answer("n");
  assert.deepEqual(await scap.ends(), { exitCode: 0, signal: 0 });
});
