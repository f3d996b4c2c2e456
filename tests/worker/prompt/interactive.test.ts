// Interactive programs on real terminals: menus, editors and pagers, answered as people do.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import assert from "node:assert/strict";
import type { Prompt } from "../../../worker/prompt/decide.ts";
import { until } from "../../support/until.ts";
import type { LiveJob } from "./live-job.ts";
import { bash, node, python, run, skipWithout } from "./programs.ts";

test("a shell that polls with a timeout opens one question", { skip: skipWithout("bash") }, async (t) => {
  const job = await bash(
    t,
    `for s in 12 11 10 9 8 7 6 5 4 3 2 1; do printf '\\r(%2s s) Proceed with sync? [y/N] ' $s
       if read -r -t 1 a; then echo "took <$a>"; exit; fi; done; echo nobody`,
  );
  const prompt = await job.nextPrompt();
  const printed = job.text().length;
  await until("some more redraws", () => job.text().length > printed + 80);

  assert.deepEqual(job.withdrawn, []);
  job.answer(prompt, true);

  assert.equal(await job.ends(), 0);
  assert.match(job.text(), /took <y>/);
  assert.equal(job.prompts.length, 1);
});

/** Presses keys one after the other, each on the screen that is open at that time. */
async function press(job: LiveJob, ...values: Parameters<LiveJob["answer"]>[1][]): Promise<Prompt[]> {
  const prompts: Prompt[] = [];
  for (const value of values) {
    const prompt = await job.nextPrompt();
    assert.equal(prompt.kind, "screen", prompt.message);
    prompts.push(prompt);
    job.answer(prompt, value);
  }
  return prompts;
}

const MENU = `
const rl = require('readline'); rl.emitKeypressEvents(process.stdin); process.stdin.setRawMode(true);
const items = ['staging', 'production', 'cancel']; let at = 0, drawn = false;
const draw = () => { if (drawn) process.stdout.write('\\x1b[3A'); drawn = true; items.forEach((x, n) => process.stdout.write('\\x1b[2K\\x1b[G' + (n === at ? '❯ ' : '  ') + x + '\\n')); };
process.stdout.write('? Where to (use the arrow keys)\\n'); draw();
process.stdin.on('keypress', (_, k) => { if (k.name === 'down') at = Math.min(2, at + 1); if (k.name === 'up') at = Math.max(0, at - 1); if (k.name === 'return') { console.log('chosen', items[at]); process.exit(); } draw(); });`;

test("a menu is navigated with arrow keys, each read separately", async (t) => {
  const job = await node(t, MENU);

  const [first] = await press(job, { key: "down" }, { key: "down" }, { key: "up" }, { key: "enter" });

  assert.equal(await job.ends(), 0);
  assert.match(job.text(), /chosen production/);
  assert.match(first?.message ?? "", /Where to[^]*❯ staging\n {2}production/);
  assert.equal(job.prompts.length, 4);
});

test("the next screen opens shortly after a key", async (t) => {
  const job = await node(t, MENU);
  const first = await job.nextPrompt();
  const waited: number[] = [];
  let prompt = first;
  for (let turn = 0; turn < 5; turn += 1) {
    const since = performance.now();
    job.answer(prompt, { key: "down" });
    prompt = await job.nextPrompt();
    waited.push(performance.now() - since);
  }

  // Far less than the second after which the first screen is recognised.
  assert.ok(Math.min(...waited) < 500, `${waited.join(", ")} ms`);
});

const CURSES = `
import curses
def main(s):
    s.keypad(True); names = ["one", "two", "three"]; at = 0; LIMIT
    while True:
        for n, name in enumerate(names): s.addstr(n, 0, ("> " if n == at else "  ") + name)
        s.refresh(); k = s.getch()
        if k == curses.KEY_DOWN: at = min(2, at + 1)
        if k == curses.KEY_UP: at = max(0, at - 1)
        if k in (10, 13): return names[at]
print("chosen", curses.wrapper(main))`;

for (const [name, limit] of [
  ["without a timeout", "pass"],
  ["with a timeout", "s.timeout(150)"],
] as const) {
  test(
    `a full-screen program with application cursor keys can be used (${name})`,
    { skip: skipWithout("python3") },
    async (t) => {
      const job = await python(t, CURSES.replace("LIMIT", limit));

      await press(job, { key: "down" }, { key: "down" }, { key: "enter" });

      assert.equal(await job.ends(), 0);
      assert.match(job.text(), /chosen three/);
    },
  );
}

test("a pager is read page by page and closed", { skip: skipWithout("less") }, async (t) => {
  const job = await run(t, ["sh", "-c", "seq 1 500 | less; echo closed"]);

  const prompts = await press(job, { key: "page_down" }, { key: "end" }, "q");

  assert.equal(await job.ends(), 0);
  assert.match(job.text(), /closed/);
  assert.equal(prompts.length, 3);
});

test("an editor is used and closed", { skip: skipWithout("vim") }, async (t) => {
  const directory = mkdtempSync(path.join(tmpdir(), "edited-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const file = path.join(directory, "file");
  writeFileSync(file, "old\n");
  const job = await run(t, ["vim", "-u", "NONE", "-i", "NONE", file]);

  await press(job, "O", "a new line", { key: "escape" }, ":wq", { key: "enter" });

  assert.equal(await job.ends(), 0);
  const { stdout } = spawnSync("cat", [file], { encoding: "utf8" });
  assert.equal(stdout, "a new line\nold\n");
});

test("git asks about each change with one key", { skip: skipWithout("git") }, async (t) => {
  const directory = mkdtempSync(path.join(tmpdir(), "repository-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const job = await run(
    t,
    [
      "sh",
      "-ec",
      `git init -q .; git config user.email a@b; git config user.name x; seq 1 40 >f; git add f; git commit -qm one
       sed -i -e 's/^1$/one/' -e 's/^40$/forty/' f; git config interactive.singleKey true; git add -p; git --no-pager diff --cached --numstat; echo end`,
    ],
    directory,
  );

  const prompts = await press(job, "y", "n");

  assert.equal(await job.ends(), 0);
  assert.match(job.text(), /1\s+1\s+f\r\nend/);
  assert.match(prompts[0]?.message ?? "", /Stage this hunk/);
  assert.match(prompts[1]?.message ?? "", /Stage this hunk/);
});

test("a text question accepts the end of input", { skip: skipWithout("bash") }, async (t) => {
  const job = await bash(t, `echo "Enter the message, end with Ctrl-D:"; m=$(cat); echo "got [$m]"; sleep 2`);

  job.answer(await job.nextPrompt(), "first line");
  job.answer(await job.nextPrompt(), "second line");
  job.answer(await job.nextPrompt(), { key: "ctrl_d" });

  assert.equal(await job.ends(), 0);
  assert.match(job.text(), /got \[first line\r\nsecond line\]/);
  assert.equal(job.prompts.length, 3);
});

test(
  "a question after a program that was killed with the echo off is not a secret",
  { skip: skipWithout("python3") },
  async (t) => {
    const job = await run(t, [
      "sh",
      "-c",
      `stty -echo; printf 'Continue with sync? [y/N]: '; read -r a; printf '\\nPassword for deployer: '; read -r b; stty sane; echo "took <$a> <$b>"`,
    ]);

    const first = await job.nextPrompt();
    assert.equal(first.kind, "yes_no");
    job.answer(first, true);
    const second = await job.nextPrompt();
    assert.equal(second.kind, "secret");
    job.answer(second, "hunter2");

    assert.equal(await job.ends(), 0);
    assert.match(job.text(), /took <y> <hunter2>/);
  },
);

test("a menu that hides the cursor is not a line editor, even with text at the cursor", async (t) => {
  const job = await node(
    t,
    `process.stdin.setRawMode(true); const items = ["No", "Yes"]; let at = 0;
     const draw = () => process.stdout.write("\\x1b[?25l\\r\\x1b[K? Deploy to production? " + items.map((x, n) => n === at ? "\\x1b[4m" + x + "\\x1b[0m" : x).join(" / "));
     draw(); process.stdin.on("data", (k) => { if (String(k) === "\\x1b[C") { at = 1; draw(); } if (String(k) === "\\r") { process.stdout.write("\\x1b[?25h\\n"); console.log("chosen", items[at]); process.exit(); } });`,
  );

  await press(job, { key: "right" }, { key: "enter" });

  assert.equal(await job.ends(), 0);
  assert.match(job.text(), /chosen Yes/);
});
