// Interactive programs on real terminals: line editors, countdowns, menus, editors and pagers, answered as people do.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import assert from "node:assert/strict";
import type { Prompt } from "../../../worker/prompt/decide.ts";
import { until } from "../../support/until.ts";
import { startLiveJob } from "./live-job.ts";
import type { LiveJob } from "./live-job.ts";

const skipWithout = (...programs: string[]): string | false => {
  const missing = programs.find((program) => spawnSync("which", [program]).status !== 0);
  return missing === undefined ? false : `${missing} is not installed`;
};

const PATH = `${path.dirname(process.execPath)}:${process.env["PATH"] ?? "/usr/bin:/bin"}`;

function run(t: TestContext, argv: string[], cwd?: string): Promise<LiveJob> {
  const env = { PATH, TERM: "xterm-256color", LANG: "C.UTF-8", HOME: tmpdir() };
  return startLiveJob(t, { argv, env, ...(cwd === undefined ? {} : { cwd }) });
}

const python = (t: TestContext, script: string): Promise<LiveJob> => run(t, ["python3", "-u", "-c", script]);
const node = (t: TestContext, script: string): Promise<LiveJob> => run(t, [process.execPath, "-e", script]);
const bash = (t: TestContext, script: string): Promise<LiveJob> => run(t, ["bash", "-c", script]);

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

type Countdown = { name: string; script: string };
const COUNTDOWN = `
import os, select, signal, sys, time
def wait(seconds, how):
    if how == "select": return bool(select.select([0], [], [], seconds)[0])
    p = select.poll() if how == "poll" else select.epoll(); p.register(0, select.POLLIN if how == "poll" else select.EPOLLIN)
    return bool(p.poll(seconds * 1000 if how == "poll" else seconds))
def ask(draw, step, how, until):
    for s in range(until, 0, -1):
        sys.stdout.write(draw % s); sys.stdout.flush()
        if wait(step, how): print("got", os.read(0, 100)); return
    print("\\nnobody answered: going on without")
`;
const COUNTDOWNS: Countdown[] = [
  {
    name: "each 0.1 s",
    script: `ask("\\r(%2d s) Proceed with sync? [y/N] ", 0.1, "select", 100)`,
  },
  { name: "each 1 s", script: `ask("\\r(%2d s) Proceed with sync? [y/N] ", 1, "select", 12)` },
  {
    name: "each 1 s, by poll",
    script: `ask("\\r(%d seconds left) Proceed with sync? [y/N] ", 1, "poll", 10)`,
  },
  {
    name: "erased first",
    script: `ask("\\r\\x1b[K(%d s) Proceed with sync? [y/N]: ", 1, "epoll", 11)`,
  },
  { name: "each 3 s", script: `ask("\\r(%2d s) Proceed with sync? [y/N] ", 3, "select", 4)` },
  {
    name: "in two rows",
    script: `print(); ask("\\x1b[1A\\r\\x1b[2KTime left: %d s\\r\\n\\x1b[2KProceed with sync? [y/N] ", 1, "select", 10)`,
  },
];

const noPython = skipWithout("python3");

COUNTDOWNS.push({
  name: "drawn by a signal handler",
  script: `
left = 30
def draw(*_):
    global left
    left -= 1; sys.stdout.write("\\r(%2d s) Proceed with sync? [y/N] " % left); sys.stdout.flush()
signal.signal(signal.SIGALRM, draw); signal.setitimer(signal.ITIMER_REAL, 0.3, 0.3); draw()
print("got", sys.stdin.readline().encode())`,
});

for (const { name, script } of COUNTDOWNS) {
  test(
    `a question that counts down is one question (${name}), and its answer is read at any redraw`,
    { skip: noPython },
    async (t) => {
      const job = await python(t, COUNTDOWN + script);
      const prompt = await job.nextPrompt();
      assert.equal(prompt.kind, "yes_no");
      assert.match(prompt.message, /Proceed with sync\?$/);
      const printed = job.text().length;
      await until("some more redraws", () => job.text().length > printed + 80);

      // Not later: the end of a program that exits after its answer may be reported before the answer is reported as read.
      assert.deepEqual(job.withdrawn, []);
      job.answer(prompt, true);

      assert.equal(await job.ends(), 0);
      assert.match(job.text(), /got b'y\\n'/);
      assert.equal(job.prompts.length, 1);
    },
  );
}

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

test("a countdown that runs out withdraws its question, once", { skip: noPython }, async (t) => {
  const job = await python(
    t,
    `${COUNTDOWN}ask("\\r(%2d s) Proceed with sync? [y/N] ", 0.5, "select", 6); time.sleep(2)`,
  );
  await job.nextPrompt();

  await until("the end of the countdown", () => job.text().includes("nobody answered"));
  await until("the withdrawal", () => job.withdrawn.length > 0);

  assert.equal(job.isOver(), false);
  assert.equal(await job.ends(), 0);
  assert.deepEqual([job.prompts.length, job.withdrawn.length], [1, 1]);
});

test(
  "another question after a countdown is a new one, and does not get the answer to the old one",
  { skip: noPython },
  async (t) => {
    const job = await python(
      t,
      `${COUNTDOWN}ask("\\r(%2d s) Proceed with sync? [y/N] ", 0.5, "select", 6); ask("\\r(%2d s) Roll back? [y/N] ", 0.5, "select", 60)`,
    );
    const first = await job.nextPrompt();
    const second = await job.nextPrompt();

    job.answer(first, true);
    job.answer(second, false);

    assert.equal(await job.ends(), 0);
    assert.match(second.message, /Roll back\?$/);
    assert.match(job.text(), /got b'n\\n'/);
    assert.deepEqual(job.undelivered, ["scap no longer asked this when it was to be typed"]);
  },
);

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
    { skip: noPython },
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
  { skip: noPython },
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
