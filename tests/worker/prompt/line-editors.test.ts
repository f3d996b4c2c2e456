// Line editors on real terminals: a question is asked once, and its answer replaces or accepts the default.
import { test } from "node:test";
import type { TestContext } from "node:test";
import assert from "node:assert/strict";
import type { LiveJob } from "./live-job.ts";
import { bash, node, python, skipWithout } from "./programs.ts";

type Start = { name: string; skip: string | false; start: (t: TestContext) => Promise<LiveJob> };

const QUESTION = "createInterface({ input: process.stdin, output: process.stdout }).question";
const EDITORS: Start[] = [
  {
    name: "python's readline",
    skip: skipWithout("python3"),
    start: (t) => python(t, `import readline\nprint("got", repr(input("Log message: ")))`),
  },
  {
    name: "bash's readline",
    skip: skipWithout("bash"),
    start: (t) => bash(t, `read -e -r -p "Log message? " a; echo "got '$a'"`),
  },
  {
    name: "node's readline",
    skip: false,
    start: (t) =>
      node(
        t,
        `require("readline").${QUESTION}("Log message> ", (a) => { console.log("got '" + a + "'"); process.exit(); })`,
      ),
  },
];

const LONGEST = `${"deploying é ".repeat(314)}${"x".repeat(12)}`;

for (const { name, skip, start } of EDITORS) {
  for (const [words, text] of Object.entries({
    short: "short",
    "several words": "deploying the fix for T1",
    "4094 bytes": LONGEST,
    nothing: "",
  })) {
    test(`${name} reads an answer whole, and once: ${words}`, { skip }, async (t) => {
      const job = await start(t);
      const prompt = await job.nextPrompt();
      assert.deepEqual([prompt.kind, prompt.message.replace(/[?>] ?$/, "")], ["text", "Log message"]);

      job.answer(prompt, text);

      assert.equal(await job.ends(), 0);
      assert.ok(lastLines(job).includes(`got '${text}'`), lastLines(job).slice(-300));
      assert.equal(job.prompts.length, 1);
    });
  }
}

const PREFILLED: Start[] = [
  {
    name: "python's readline",
    skip: skipWithout("python3"),
    start: (t) =>
      python(
        t,
        `import readline\nreadline.set_startup_hook(lambda: readline.insert_text("Reverted by x"))\nprint("got", repr(input("Reason: ")))`,
      ),
  },
  {
    name: "bash's readline",
    skip: skipWithout("bash"),
    start: (t) => bash(t, `read -e -r -p "Reason: " -i "Reverted by x" a; echo "got '$a'"`),
  },
  {
    name: "node's readline",
    skip: false,
    start: (t) =>
      node(
        t,
        `const rl = require("readline").createInterface({ input: process.stdin, output: process.stdout });
        rl.question("Reason: ", (a) => { console.log("got '" + a + "'"); rl.close(); }); rl.write("Reverted by x");`,
      ),
  },
];

for (const { name, skip, start } of PREFILLED) {
  test(`an answer replaces the default of ${name}`, { skip }, async (t) => {
    const job = await start(t);
    const prompt = await job.nextPrompt();
    assert.deepEqual([prompt.kind, prompt.message, prompt.default], ["text", "Reason", "Reverted by x"]);

    job.answer(prompt, "all servers are down");

    assert.equal(await job.ends(), 0);
    assert.ok(lastLines(job).includes("got 'all servers are down'"), lastLines(job));
  });

  test(`Enter accepts the default of ${name}`, { skip }, async (t) => {
    const job = await start(t);

    job.answer(await job.nextPrompt(), "");

    assert.equal(await job.ends(), 0);
    assert.ok(lastLines(job).includes("got 'Reverted by x'"), lastLines(job));
  });
}

const ONE_KEY: Start[] = [
  {
    name: "one byte after each select",
    skip: skipWithout("python3"),
    start: (t) =>
      python(
        t,
        `import os, select, termios, tty
old = termios.tcgetattr(0); tty.setraw(0)
def key(question):
    os.write(1, question); select.select([0], [], []); return os.read(0, 1).decode()
answers = [key(b"Clear the cache? [y/N] "), key(b"\\r\\nRoll back? [Y/n] ")]
termios.tcsetattr(0, termios.TCSADRAIN, old); print("\\r\\ngot", repr("".join(answers)))`,
      ),
  },
  {
    name: "the keys that Node's event loop delivers",
    skip: false,
    start: (t) =>
      node(
        t,
        `const asked = ["Clear the cache? [y/N] ", "Roll back? [Y/n] "]; let got = "";
        process.stdin.setRawMode(true); process.stdout.write(asked[0]);
        process.stdin.on("data", (bytes) => {
          got += bytes; process.stdout.write("\\r\\n");
          if (got.length >= 2) { console.log("got '" + got + "'"); process.exit(); }
          process.stdout.write(asked[1]);
        });`,
      ),
  },
];

for (const { name, skip, start } of ONE_KEY) {
  test(
    `the answer to a program that reads ${name} leaves no Enter for its next question`,
    { skip },
    async (t) => {
      const job = await start(t);
      job.answer(await job.nextPrompt(), true);
      const second = await job.nextPrompt();
      assert.equal(second.message, "Roll back?");
      job.answer(second, false);

      assert.equal(await job.ends(), 0);
      assert.ok(lastLines(job).includes("got 'yn'"), lastLines(job));
    },
  );
}

test(
  "Enter is typed for an editor that shows the character of the answer",
  { skip: skipWithout("bash") },
  async (t) => {
    const job = await bash(t, `read -e -r -p "Roll back? [Y/n] " a; echo "got '$a'"`);

    job.answer(await job.nextPrompt(), false);

    assert.equal(await job.ends(), 0);
    assert.ok(lastLines(job).includes("got 'n'"), lastLines(job));
    assert.equal(job.prompts.length, 1);
  },
);

/** The last output, without escape sequences and as one line regardless of wrapping. */
function lastLines(job: LiveJob): string {
  // oxlint-disable-next-line no-control-regex -- escapes are control characters
  return job.text().replaceAll(/\x1b\[[\d;?]{0,20}[a-zA-Z]|[\r\n]/g, "");
}
