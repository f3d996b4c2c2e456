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

/** The last output, without escape sequences and as one line regardless of wrapping. */
function lastLines(job: LiveJob): string {
  // oxlint-disable-next-line no-control-regex -- escapes are control characters
  return job.text().replaceAll(/\x1b\[[\d;?]{0,20}[a-zA-Z]|[\r\n]/g, "");
}
