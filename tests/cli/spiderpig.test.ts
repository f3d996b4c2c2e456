// The client's own work, without a server; tests/e2e/cli.test.ts runs it against one.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { answerOf, createLog, cut, printable, readEvents } from "../../cli/spiderpig.ts";

const CLIENT = new URL("../../cli/spiderpig.ts", import.meta.url).pathname;

function run(args: string[], env: Record<string, string> = {}): Promise<{ code: number; output: string }> {
  const { promise, resolve } = Promise.withResolvers<{ code: number; output: string }>();
  const options = { env: { ...env, NODE_ENV: "production" } } as const;
  const child = execFile(process.execPath, [CLIENT, ...args], options, (_error, stdout, stderr) =>
    resolve({ code: child.exitCode ?? -1, output: stdout + stderr }),
  );
  return promise;
}

test("every line of a log is printed once, when it can no longer change", () => {
  const log = createLog(0);
  const at = "2026-01-01T00:00:00Z";

  const first = log.add({ blocks: [{ n: 1, at, text: "one\n10%" }], totalLines: 2, settledLines: 1 });
  const redrawn = log.add({ blocks: [{ n: 2, at, keep: 0, text: "20%" }], totalLines: 2, settledLines: 1 });
  const appended = log.add({
    blocks: [{ n: 2, at, keep: 3, text: " done" }],
    totalLines: 3,
    settledLines: 2,
  });

  assert.deepEqual([first, redrawn, appended], [["one"], [], ["20% done"]]);
});

test("lines that a reconnected stream sends again are not printed again", () => {
  const log = createLog(0);
  const output = {
    blocks: [{ n: 1, at: "2026-01-01T00:00:00Z", text: "one\ntwo" }],
    totalLines: 2,
    settledLines: 2,
  };

  assert.deepEqual(log.add(output), ["one", "two"]);
  assert.deepEqual(log.add(output), []);
});

test("control characters in a log never reach the terminal, colours do if it shows them", () => {
  const line = "\u001B[31mred\u001B[0m \u001B]0;title\u0007\u001B[2J\u0008x\u009B2K";

  assert.equal(printable(line, false), "red ]0;title[2Jx2K");
  assert.equal(printable(line, true), "\u001B[31mred\u001B[0m ]0;title[2Jx2K");
});

test("a line that may be redrawn never takes more than one row", () => {
  assert.equal(cut("漢字漢字", 5), "漢字");
  assert.equal(cut("\u001B[31mabcdef", 3), "abc");
});

test("an answer is one of the options, by its word or its key, and nothing is guessed", () => {
  const options = [
    { text: "Yes, continue with deployment", value: "y" },
    { text: "No, roll back", value: "n" },
  ];

  assert.equal(answerOf({ options }, "Y"), "y");
  assert.equal(answerOf({ options }, "no, roll back"), "n");
  assert.equal(answerOf({ options }, "yes"), undefined);
  assert.equal(answerOf({ options }, ""), undefined);
  assert.equal(answerOf({ options: [] }, "any text "), "any text ");
  assert.equal(answerOf({ options: [{ text: "no", value: false }] }, "no"), false);
});

test("events are read whole, however the network cuts them", async () => {
  const bytes = new TextEncoder().encode(
    'event: output\nid: 3-1\ndata: {"text":"ü"}\n\nevent: heartbeat\ndata:\n\n',
  );
  async function* oneByOne() {
    for (const byte of bytes) yield Uint8Array.of(byte);
  }
  const events = [];
  for await (const event of readEvents(oneByOne())) events.push(event);

  assert.deepEqual(events, [
    { event: "output", id: "3-1", data: { text: "ü" } },
    { event: "heartbeat", id: undefined, data: null },
  ]);
});

test("a wrong command line, a missing token and an unreachable server are one sentence each, with an exit code", async () => {
  const wrong = await run(["deploi", "1"]);
  const missing = await run(["lanes"], { SPIDERPIG_URL: "http://127.0.0.1:1", HOME: "/nonexistent" });
  const unreachable = await run(["lanes"], { SPIDERPIG_URL: "http://127.0.0.1:1", SPIDERPIG_TOKEN: "none" });

  assert.match(wrong.output, /^There is no command "deploi"\.\n/);
  assert.match(missing.output, /^There is no API token in \/nonexistent\/\.config\/spiderpig\/token\./);
  assert.match(unreachable.output, /^Cannot reach http:\/\/127\.0\.0\.1:1: /);
  assert.deepEqual([wrong.code, missing.code, unreachable.code], [2, 2, 1]);
});
