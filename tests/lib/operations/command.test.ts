// Values of parameters in the command of an operation.
import assert from "node:assert/strict";
import { test } from "node:test";
import { backport } from "#lib/operations/backport.ts";
import { commandFor, fill } from "#lib/operations/command.ts";
import { revert } from "#lib/operations/revert.ts";

test("a backport and a revert have one argument for each change, and the reason of a revert is none", () => {
  assert.deepEqual(commandFor(backport, { changes: ["1234", "1235"] }), ["backport", "1234", "1235"]);
  assert.deepEqual(commandFor(revert, { changes: ["1234"], reason: "broken" }), [
    "backport",
    "--revert",
    "1234",
  ]);
});

test("a value stays inside its argument, whatever it contains", () => {
  const template = { command: ["lock", "{reason}", "--message={reason}"], settings: {} };
  for (const reason of ["two words", "$(reboot)", "'; reboot #", "{changes}", "--all", "$&"]) {
    assert.deepEqual(commandFor(template, { reason, changes: ["1"] }), [
      "lock",
      reason,
      `--message=${reason}`,
    ]);
  }
});

test("settings of scap come before the subcommand, as one argument each", () => {
  const template = { command: ["sync-world"], settings: { php_version: "{php}", canary_wait_time: "5" } };
  assert.deepEqual(commandFor(template, { php: "8.3 x" }), [
    "-Dphp_version:8.3 x",
    "-Dcanary_wait_time:5",
    "sync-world",
  ]);
});

test("an argument is left out when its parameter was not given, and a flag unless it is true", () => {
  const template = {
    command: ["sync", { if: "force", argument: "--force" }, "{reason}", "--wiki={wiki}"],
    settings: { wiki: "{wiki}" },
  };
  assert.deepEqual(commandFor(template, {}), ["sync"]);
  assert.deepEqual(commandFor(template, { force: false }), ["sync"]);
  assert.deepEqual(commandFor(template, { force: true, wiki: "aawiki" }), [
    "-Dwiki:aawiki",
    "sync",
    "--force",
    "--wiki=aawiki",
  ]);
});

test("a text names the values in reading form", () => {
  assert.equal(
    fill("Deploy {changes} to {place}?", { changes: ["1", "2"], place: "all" }),
    "Deploy 1, 2 to all?",
  );
});
