import assert from "node:assert/strict";
import { test } from "node:test";
import { aWorld, everyPageShows, startScap } from "./scap-terminal.ts";

const contest = "The autumn photo contest is open";

test("2022: (y/n) takes words, asks again silently, and a no at the pause ends well", async (t) => {
  const world = await aWorld(t);
  const scap = startScap(t, world, ["backport", "1234"], { SANDBOX_SCAP_DIALECT: "2022" });
  const pause =
    "Changes synced to: mwdebug1001, mwdebug1002.\nPlease do any necessary checks before continuing.\nContinue with sync? (y/n): ";
  await scap.asks("Backport the changes? (y/n): ");
  scap.answer("");
  await scap.asks("Backport the changes? (y/n): ");
  scap.answer("maybe");
  await scap.asks("Backport the changes? (y/n): ");
  assert.doesNotMatch(scap.shown(), /Invalid/);
  scap.answer("YES");
  await scap.asks(pause);
  scap.answer("no");

  assert.deepEqual(await scap.ends(), { exitCode: 0, signal: 0 });
  assert.match(scap.shown(), /Sync cancelled\./);
  assert.ok(await everyPageShows(world, "testservers", contest), "the test servers keep the change");
});

test("2022: a list has numbers, an arrow and no default", async (t) => {
  const world = await aWorld(t);
  const scap = startScap(t, world, ["backport", "1237"], { SANDBOX_SCAP_DIALECT: "2022" });
  const list =
    "What do you want to do?\n[1] Exit scap\n[2] Retry testserver checks\n[3] Continue with deployment\n-> ";
  await scap.asks("(y/n): ");
  scap.answer("y");
  await scap.asks(list);
  scap.answer("r");
  await scap.asks(`Unexpected input: r\n${list}`);
  scap.answer("2");
  await scap.asks(list);
  scap.answer("1");
  assert.deepEqual(await scap.ends(), { exitCode: 1, signal: 0 });
});

test("2024-09: brackets with lower case only, and the list is printed before the question", async (t) => {
  const world = await aWorld(t);
  const scap = startScap(t, world, ["backport", "1237"], { SANDBOX_SCAP_DIALECT: "2024-09" });
  await scap.asks("Backport the changes? [y/N]: ");
  scap.answer("Y");
  await scap.shows("Invalid choice: 'Y'");
  await scap.asks("Backport the changes? [y/N]: ");
  scap.answer("y");
  await scap.asks(
    "[r] Retry testserver checks\n[c] Continue with deployment\n\x1b[1m[e] Exit scap\x1b[0m\nWhat do you want to do? (default: [e]): ",
  );
  scap.answer("c");
  await scap.asks(
    "Changes synced to the testservers. (see https://wikitech.wikimedia.org/wiki/Mwdebug)\n" +
      "Please do any necessary checks before continuing.\nContinue with sync? [y/N]: ",
  );
  scap.answer("");
  assert.deepEqual(await scap.ends(), { exitCode: 0, signal: 0 });
  assert.match(scap.shown(), /Sync cancelled\./);
});

test("2025: the list comes first, in one text with the question", async (t) => {
  const world = await aWorld(t);
  const scap = startScap(t, world, ["backport", "1237"], { SANDBOX_SCAP_DIALECT: "2025" });
  await scap.asks("Backport the changes? [y/N]: ");
  scap.answer("Y");
  const list =
    "[r] Retry testserver checks\n[c] Continue with deployment\n\x1b[1m[e] Exit scap\x1b[0m\n" +
    "Testserver checks failed. What do you want to do? (default: [e]): ";
  await scap.asks(list);
  scap.answer("c");
  await scap.asks(
    "Changes synced to the testservers (see https://wikitech.wikimedia.org/wiki/Mwdebug)\n" +
      "Before continuing, please do any necessary checks if you haven't already.\nContinue with sync? [y/N]: ",
  );
  scap.answer("n");
  assert.deepEqual(await scap.ends(), { exitCode: 0, signal: 0 });
});

for (const [dialect, question] of [
  ["2022", "\x1b[0m\nContinue with Backport? (y/n): "],
  ["2024-09", "\x1b[0m\nContinue with backport? [y/N]: "],
  ["2025", "['1.47.0-wmf.10']\nContinue with backport? [y/N]: "],
  ["today", "['1.47.0-wmf.10']\nContinue with backport anyway? [y/N]: "],
] as const) {
  test(`${dialect}: a branch that no wiki runs is asked about in the words of the time`, async (t) => {
    const world = await aWorld(t);
    const scap = startScap(t, world, ["backport", "1239"], { SANDBOX_SCAP_DIALECT: dialect });
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
  const world = await aWorld(t);
  const scap = startScap(t, world, ["backport", "1234"], { SANDBOX_SCAP_DIALECT: "1999" });
  assert.deepEqual(await scap.ends(), { exitCode: 1, signal: 0 });
  assert.match(scap.shown(), /SANDBOX_SCAP_DIALECT is '1999', known are 2022, 2024-09, 2025, today/);
});
