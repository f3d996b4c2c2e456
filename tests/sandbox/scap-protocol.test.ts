import assert from "node:assert/strict";
import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { test, type TestContext } from "node:test";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import { until } from "../support/until.ts";
import { openSandbox } from "./open-sandbox.ts";
import { everyPageShows, scapEnvironment, scapProgram, undeployedNotice } from "./scap-terminal.ts";

const key = "0f".repeat(32);

type Message = { type: string } & Record<string, unknown>;
type Piped = {
  child: ChildProcessByStdio<Writable, Readable, null>;
  lines(): string[];
  messages(type?: string): Message[];
  /** Waits for the n-th question, counted from 1. */
  question(n: number): Promise<Message>;
  answer(text: string): void;
  ends(): Promise<number>;
};

function startPiped(t: TestContext, sandbox: Sandbox, args: readonly string[]): Piped {
  const child = spawn(process.execPath, [scapProgram, ...args], {
    env: scapEnvironment(sandbox, {
      SPIDERPIG_IO_KEY: key,
      FORCE_COLOR: "1",
    }) as NodeJS.ProcessEnv,
    stdio: ["pipe", "pipe", "ignore"],
  });
  t.after(() => child.kill("SIGKILL"));
  let shown = "";
  child.stdout.on("data", (chunk: Buffer) => (shown += chunk.toString("utf8")));
  const closed = once(child, "close") as Promise<[number]>;

  const lines = (): string[] => shown.split("\n");
  const messages = (type?: string): Message[] =>
    lines()
      // The end of a process leaves an escape without a newline before the next message.
      .map((line) => line.slice(Math.max(0, line.indexOf("{"))))
      .filter((line) => line.startsWith(`{"iokey":"${key}"`))
      .map((line) => JSON.parse(line) as Message)
      .filter((message) => type === undefined || message.type === type);
  return {
    child,
    lines,
    messages,
    question: (n) => until(`question ${n} of ${shown}`, () => messages("interaction")[n - 1]),
    answer: (text) => child.stdin.write(`${text}\n`),
    ends: async () => (await closed)[0],
  };
}

test("with a key each question is a message, answered by one line", async (t) => {
  const sandbox = await openSandbox(t);
  const scap = startPiped(t, sandbox, ["backport", "1234"]);
  const first = await scap.question(1);
  assert.equal(first["subtype"], "choices");
  assert.match(
    String(first["prompt"]),
    /^The following changes are scheduled for backport:\n┌[^]*\nBackport the changes\?$/,
  );
  assert.deepEqual(first["choices"], { Yes: "y", No: "n" });
  assert.equal(first["default"], "n");
  scap.answer("banana");

  const again = await scap.question(2);
  assert.equal(again["prompt"], first["prompt"]);
  assert.ok(scap.lines().includes("Invalid choice: 'banana'"));
  scap.answer("y");

  const pause = await scap.question(3);
  assert.equal(
    pause["prompt"],
    "Changes synced to the testservers (see https://wikitech.wikimedia.org/wiki/Mwdebug)\n" +
      "Before continuing, please do any necessary checks if you haven't already.\n\nContinue with deployment?",
  );
  assert.deepEqual(pause["choices"], {
    "Yes, continue with deployment": "y",
    "No, roll back deployment and terminate": "n",
  });
  scap.answer("y");

  assert.equal(await scap.ends(), 0);
  assert.ok(await everyPageShows(sandbox, "production", "The autumn photo contest is open"));
});

test("sensitive lines are marked, and progress and status are reported", async (t) => {
  const sandbox = await openSandbox(t);
  const scap = startPiped(t, sandbox, ["backport", "1234"]);
  await scap.question(1);
  scap.answer("y");
  await scap.question(2);
  scap.answer("n");
  const notice = await scap.question(3);
  assert.equal(notice["prompt"], undeployedNotice);
  assert.deepEqual(Object.values(notice["choices"] as object), ["a"]);
  scap.answer("a");
  assert.equal(await scap.ends(), 1);

  const sensitive = scap.messages("line").filter(({ sensitive: hidden }) => hidden === true);
  assert.ok(sensitive.length >= 2);
  assert.ok(
    sensitive.every(({ line }) => /^(Applying patch|\[APPLIED\]) \/srv\/patches\//.test(String(line))),
  );
  assert.ok(
    !scap.lines().some((line) => line.startsWith("Applying patch")),
    "they must not be printed elsewhere",
  );

  const statuses = scap.messages("status").map(({ status }) => status);
  assert.ok(statuses.includes("Waiting user to confirm testservers deployment"));
  const progress = scap.messages("progress").map((message) => message["progress"] as Record<string, unknown>);
  const replicas = progress.filter(({ name }) => name === "K8s deployment progress");
  assert.deepEqual(Object.keys(replicas[0] ?? {}), [
    "name",
    "totalTasks",
    "tasksInFlight",
    "tasksFinishedOk",
    "tasksFinishedFailed",
    "tasksFinishedTotal",
    "tasksPercentComplete",
    "tasksRemaining",
    "progressFinished",
  ]);
  assert.ok(
    replicas.some(({ tasksPercentComplete }) => tasksPercentComplete === 50),
    "every step is reported",
  );
});

test("two lines sent together answer two questions", async (t) => {
  const sandbox = await openSandbox(t);
  const scap = startPiped(t, sandbox, ["backport", "1239"]);
  await scap.question(1);
  scap.child.stdin.write("y\nn\n");
  assert.equal(await scap.ends(), 0);
  assert.equal(scap.messages("interaction").length, 2);
});
