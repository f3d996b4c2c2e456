import assert from "node:assert/strict";
import { test } from "node:test";
import { failOn, openSandbox } from "./open-sandbox.ts";
import { everyPageShows, noPageShows, startDeployment, startScap } from "./scap-terminal.ts";

const contest = "The autumn photo contest is open";

const pauseOf2025 =
  "Changes synced to the testservers (see https://wikitech.wikimedia.org/wiki/Mwdebug)\n" +
  "Before continuing, please do any necessary checks if you haven't already.\nContinue with sync? [y/N]: ";

test("2025: the list comes first, in one text with the question", async (t) => {
  const sandbox = await openSandbox(t);
  const scap = await startDeployment(t, sandbox, ["1237"], { SANDBOX_SCAP_DIALECT: "2025" });
  await scap.asks(
    "[r] Retry testserver checks\n[c] Continue with deployment\n\x1b[1m[e] Exit scap\x1b[0m\n" +
      "Testserver checks failed. What do you want to do? (default: [e]): ",
  );
  scap.answer("c");
  await scap.asks(pauseOf2025);
  scap.answer("n");
  assert.deepEqual(await scap.ends(), { exitCode: 0, signal: 0 });
});

test("2025: a no at the pause exits with 0 and leaves the change on the test servers", async (t) => {
  const sandbox = await openSandbox(t);
  const scap = await startDeployment(t, sandbox, ["1234"], { SANDBOX_SCAP_DIALECT: "2025" });
  await scap.asks(pauseOf2025);
  scap.answer("n");

  assert.deepEqual(await scap.ends(), { exitCode: 0, signal: 0 });
  assert.match(scap.shown(), /Sync cancelled\./);
  assert.ok(await everyPageShows(sandbox, "testservers", contest));
  assert.ok(await noPageShows(sandbox, "production", contest));
});

test("2025: a stage that fails is rolled back without a question, and the test servers keep the change", async (t) => {
  const sandbox = await openSandbox(t);
  failOn(sandbox, "canaries-deploy", "1");
  const scap = await startDeployment(t, sandbox, ["1234"], { SANDBOX_SCAP_DIALECT: "2025" });
  await scap.asks(pauseOf2025);
  scap.answer("y");

  assert.deepEqual(await scap.ends(), { exitCode: 1, signal: 0 });
  assert.match(
    scap.shown(),
    /Rolling back to prior state\.\.\.[^]*Rollback completed[^]*Finished sync-canaries-k8s [^]*sync-world failed: <Exception> K8s Deployment/,
  );
  assert.ok(await everyPageShows(sandbox, "testservers", contest));
  assert.ok(await noPageShows(sandbox, "canaries", contest));
});

for (const [dialect, question] of [
  ["2025", "['1.47.0-wmf.10']\nContinue with backport? [y/N]: "],
  ["today", "['1.47.0-wmf.10']\nContinue with backport anyway? [y/N]: "],
] as const) {
  test(`${dialect}: a branch that no wiki runs is confirmed with the wording of that version`, async (t) => {
    const sandbox = await openSandbox(t);
    const scap = startScap(t, sandbox, ["backport", "1239"], { SANDBOX_SCAP_DIALECT: dialect });
    await scap.asks(question);
    assert.match(
      scap.shown(),
      /not found in any live wikiversion\. Live wikiversions: \['1\.47\.0-wmf\.10'\]/,
    );
    scap.answer("n");
    assert.deepEqual(await scap.ends(), { exitCode: 0, signal: 0 });
  });
}

test("an unknown dialect is refused by name", async (t) => {
  const sandbox = await openSandbox(t);
  const scap = startScap(t, sandbox, ["backport", "1234"], { SANDBOX_SCAP_DIALECT: "1999" });
  assert.deepEqual(await scap.ends(), { exitCode: 1, signal: 0 });
  assert.match(scap.shown(), /SANDBOX_SCAP_DIALECT is '1999', supported are 2025, today/);
});
