import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { until } from "../support/until.ts";
import { openSandbox } from "./open-sandbox.ts";
import {
  backportQuestion,
  continueQuestion,
  everyPageShows,
  readRecordings,
  startDeployment,
  startScap,
} from "./scap-terminal.ts";

test("an invalid answer is reported and the whole question repeated", async (t) => {
  const sandbox = await openSandbox(t);
  const scap = startScap(t, sandbox, ["backport", "1234"]);
  await scap.asks(backportQuestion);
  scap.answer("yes");
  await scap.shows("\nInvalid choice: 'yes'\nThe following changes are scheduled for backport:\n");
  await scap.asks(backportQuestion);
  scap.answer(" Y ");

  await scap.asks(continueQuestion);
  scap.answer("Y");
  await scap.shows(`\nInvalid choice: 'Y'\n${continueQuestion}`);
  scap.answer(" y ");
  assert.deepEqual(await scap.ends(), { exitCode: 0, signal: 0 });
});

test("a waiting process is in a read of its terminal", async (t) => {
  const sandbox = await openSandbox(t);
  const scap = startScap(t, sandbox, ["backport", "1234"]);
  await scap.asks(backportQuestion);

  const blockedInRead = (): boolean => readFileSync(`/proc/${scap.pid}/syscall`, "utf8").startsWith("0 0x0 ");
  await until("the read of descriptor 0", blockedInRead);

  scap.answer("n");
  await scap.ends();
});

test("input before the question is discarded", async (t) => {
  const sandbox = await openSandbox(t);
  const scap = startScap(t, sandbox, ["backport", "1234"]);
  scap.answer("y");
  await scap.asks(backportQuestion);

  scap.answer("n");

  assert.deepEqual(await scap.ends(), { exitCode: 0, signal: 0 });
  assert.match(scap.shown(), /Backport cancelled/);
});

test("a passphrase is not echoed, and recorded as a digest only", async (t) => {
  const sandbox = await openSandbox(t);
  const recordings = join(sandbox.directory, "recordings");
  const scap = await startDeployment(t, sandbox, ["1234"], {
    SANDBOX_SCAP_PASSPHRASE: "asked",
    SANDBOX_RECORD_DIR: recordings,
  });
  await scap.asks("Enter passphrase for key '/etc/keyholder.d/mwdeploy': ");
  scap.answer("open sesame");
  await scap.asks(continueQuestion);
  scap.answer("y");
  await scap.ends();

  assert.ok(!scap.shown().includes("sesame"));
  const noted = readdirSync(recordings).map((name) => readFileSync(join(recordings, name), "utf8"));
  assert.ok(!noted.join("").includes("sesame"));
  assert.ok(noted.join("").includes(createHash("sha256").update("open sesame").digest("hex")));
});

test("Ctrl-C at a question exits with 130 and a bell", async (t) => {
  const sandbox = await openSandbox(t);
  const scap = startScap(t, sandbox, ["backport", "1234"]);
  await scap.asks(backportQuestion);
  scap.type("\x03");

  assert.deepEqual(await scap.ends(), { exitCode: 130, signal: 0 });
  assert.ok(
    scap.shown().endsWith(`${backportQuestion}^C\x1b[0m\x07`),
    JSON.stringify(scap.shown().slice(-80)),
  );
});

test("Ctrl-C at the pause ends both processes and leaves the test servers on the change", async (t) => {
  const sandbox = await openSandbox(t);
  const scap = await startDeployment(t, sandbox, ["1234"]);
  await scap.asks(continueQuestion);
  scap.type("\x03");

  const end = await scap.ends();
  assert.match(
    scap.marked(),
    /\^C<green>\d\d:\d\d:\d\d sync-world aborted: Backport for .* \(duration: 00m \d\ds\)<off>\n<off><bell><off><bell>$/,
  );
  assert.deepEqual(end, { exitCode: 130, signal: 0 });
  assert.ok(await everyPageShows(sandbox, "testservers", "The autumn photo contest is open"));
});

test("the end of input is an unhandled error with exit code 1", async (t) => {
  const sandbox = await openSandbox(t);
  const scap = startScap(t, sandbox, ["backport", "1234"]);
  await scap.asks(backportQuestion);
  scap.type("\x04");

  assert.deepEqual(await scap.ends(), { exitCode: 1, signal: 0 });
  assert.match(scap.marked(), /\[y\/N\]: <yellow>\d\d:\d\d:\d\d Unhandled error:\nTraceback/);
  assert.match(
    scap.marked(),
    /<red>\d\d:\d\d:\d\d backport failed: <EOFError>  \(scap version: 4\.283\.0\) \(duration: 00m \d\ds\)<off>\n<off><bell>$/,
  );
});

test("the end of input at the pause fails the child and, through it, the parent", async (t) => {
  const sandbox = await openSandbox(t);
  const scap = await startDeployment(t, sandbox, ["1234"]);
  await scap.asks(continueQuestion);
  scap.type("\x04");

  assert.deepEqual(await scap.ends(), { exitCode: 1, signal: 0 });
  assert.match(scap.marked(), /<red>\d\d:\d\d:\d\d sync-world failed: <EOFError>  \(scap version: /);
  assert.match(
    scap.marked(),
    /backport failed: <CalledProcessError> Command .* returned non-zero exit status 1\. \(scap version: /,
  );
});

test("a recording contains all questions, answers and output, but not the key", async (t) => {
  const sandbox = await openSandbox(t);
  const directory = join(sandbox.directory, "recordings");
  mkdirSync(directory);
  const scap = await startDeployment(t, sandbox, ["1234"], {
    SANDBOX_RECORD_DIR: directory,
    SPIDERPIG_IO_KEY: "not-to-be-seen",
    SANDBOX_SCAP_DIALECT: "today-terminal",
  });
  await scap.asks(continueQuestion);
  scap.answer("y");
  await scap.ends();

  const recordings = readRecordings(directory);
  assert.deepEqual(
    recordings.map(({ events }) => ((events[0]?.["argv"] ?? []) as string[]).slice(0, 2).join(" ")),
    ["backport 1234", "prep auto", "sync-world --pause-after-testserver-sync"],
  );
  const all = recordings.flatMap(({ events }) => events);
  assert.deepEqual(
    all.filter(({ event }) => event === "answer").map(({ id, text }) => `${String(id)}=${String(text)}`),
    ["B5=y", "S6=y"],
  );
  assert.deepEqual(
    all.filter(({ event }) => event === "end").map(({ exitCode }) => exitCode),
    [0, 0, 0],
  );
  assert.equal(all[0]?.["user"], "rosa");
  assert.doesNotMatch(JSON.stringify(all), /not-to-be-seen/);
  // A terminal turns each newline into two characters, and shows what is typed.
  const copied = recordings.reduce((sum, { output }) => sum + output.replaceAll("\n", "\r\n").length, 0);
  const echoed = "y\r\n".length * 2;
  assert.equal(copied + echoed, scap.raw().length, "no byte of the terminal is missing");
});

test("a subject with wide characters that imitates a question stays inside the table", async (t) => {
  const sandbox = await openSandbox(t);
  const scap = startScap(t, sandbox, ["backport", "1245"]);
  await scap.asks(backportQuestion);
  scap.answer("n");
  await scap.ends();

  const rows = scap
    .shown()
    .split("\n")
    .filter((line) => line.startsWith("│"));
  assert.ok(rows.length >= 4, "the subject is wrapped");
  assert.ok(rows.every((row) => row.endsWith("│")));
});
