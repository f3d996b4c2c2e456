// Which programs wait for input, and which only look like it.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Reading } from "../../holder/protocol/messages.ts";
import { until } from "../support/until.ts";
import { holdScript, makeDataDir, textOf } from "./held-job.ts";

const has = (program: string): boolean => spawnSync("which", [program]).status === 0;
const node = process.execPath;

/** A file that a script waits for, so that the test decides when the script continues. */
function goFile(t: TestContext): { path: string; say(): void } {
  const path = join(makeDataDir(t), "go");
  return { path, say: () => writeFileSync(path, "") };
}

/** Programs that wait for input, each in a different way; all print `? ` first. */
const waiting: {
  name: string;
  needs?: string;
  /** `$GO` is a file that appears after the output has been received. */
  script: string;
  fact: Partial<Reading>;
}[] = [
  {
    name: "cat",
    script: "printf '? '; exec cat",
    fact: { how: "read", mode: "line", hasTimeout: false, onlyTerminal: true, mainThread: true },
  },
  { name: "the shell's read", script: "printf '? '; read a", fact: { how: "read", mode: "line" } },
  {
    name: "python's input",
    needs: "python3",
    script: `python3 -c 'input("? ")'`,
    fact: { how: "read", mode: "line" },
  },
  {
    name: "python's getpass on /dev/tty",
    needs: "python3",
    script: `python3 -c 'import getpass; getpass.getpass("? ")'`,
    fact: { how: "read", mode: "secret" },
  },
  {
    name: "a hidden read on /dev/tty",
    script: "stty -echo; printf '? '; read a < /dev/tty",
    fact: { how: "read", mode: "secret" },
  },
  {
    name: "bash's read -s",
    needs: "bash",
    script: `bash -c 'read -s -p "? " a'`,
    fact: { how: "read", mode: "secret" },
  },
  {
    name: "a line editor (readline)",
    needs: "bash",
    script: `bash -c 'read -e -p "? " a'`,
    fact: { how: "poll", mode: "key" },
  },
  {
    name: "a read with a timeout",
    needs: "bash",
    script: `bash -c 'printf "? "; read -t 60 a'`,
    fact: { how: "poll", mode: "line", hasTimeout: true, onlyTerminal: true },
  },
  {
    name: "select without a time limit",
    needs: "perl",
    script: `perl -e '$| = 1; print "? "; vec($r, 0, 1) = 1; select($r, undef, undef, undef)'`,
    fact: { how: "poll", mode: "line", hasTimeout: false, onlyTerminal: true },
  },
  {
    name: "poll with a timeout in a loop, as scap's lock does",
    needs: "python3",
    script: `python3 -c 'import select,sys
print("? ", flush=True)
while not select.select([sys.stdin], [], [], 0.05)[0]: pass'`,
    fact: { how: "poll", mode: "line", hasTimeout: true, onlyTerminal: true },
  },
  {
    name: "poll of the terminal and of a pipe",
    needs: "python3",
    script: `sleep 60 | python3 -c 'import select,os
tty = os.open("/dev/tty", os.O_RDWR)
os.write(tty, b"? ")
p = select.poll(); p.register(0, select.POLLIN); p.register(tty, select.POLLIN); p.poll()'`,
    fact: { how: "poll", hasTimeout: false, onlyTerminal: false },
  },
  {
    name: "node that reads its terminal",
    script: `${node} -e 'process.stdin.on("data", () => {}); process.stdout.write("? ")'`,
    fact: { how: "poll", mode: "line" },
  },
  {
    name: "node's readline",
    script: `${node} -e 'require("readline").createInterface({input: process.stdin, output: process.stdout}).question("? ", () => {})'`,
    fact: { how: "poll", mode: "key" },
  },
  {
    name: "a pager",
    needs: "less",
    script: "seq 1 500 | sed 's/$/ ? /' | less",
    fact: { how: "read", mode: "key" },
  },
  {
    name: "one member of a pipeline",
    script: "sh -c 'printf \"? \" >&2; read a; echo $a' | tee /dev/null",
    fact: { how: "read", mode: "line" },
  },
  {
    name: "a nested command, three levels deep",
    script: 'sh -c \'sh -c "printf \\"? \\"; read a; :"; :\'; :',
    fact: { how: "read", mode: "line" },
  },
  {
    name: "a helper thread",
    needs: "python3",
    script: `python3 -c 'import threading,time,sys
print("? ", flush=True)
threading.Thread(target=sys.stdin.readline, daemon=True).start()
time.sleep(60)'`,
    fact: { how: "read", mainThread: false },
  },
  {
    name: "a program that discarded early input, as scap does",
    needs: "python3",
    script: `python3 -c 'import termios,sys
sys.stdout.write("? "); sys.stdout.flush(); termios.tcflush(0, termios.TCIFLUSH); sys.stdin.readline()'`,
    fact: { how: "read", mode: "line" },
  },
  {
    name: "a program that stopped its terminal's output after it had asked",
    needs: "python3",
    script: `python3 -c 'import os,termios,sys,time
sys.stdout.write("? "); sys.stdout.flush()
while not os.path.exists(os.environ["GO"]): time.sleep(0.01)
termios.tcflow(0, termios.TCOOFF); sys.stdin.readline()'`,
    fact: { how: "read", mode: "line" },
  },
  {
    name: "a program that discards its pending output while it reads",
    needs: "python3",
    script: `python3 -c 'import os,termios,sys,threading,time
sys.stdout.write("? "); sys.stdout.flush()
while not os.path.exists(os.environ["GO"]): time.sleep(0.01)
def spoil():
  while True: termios.tcflush(0, termios.TCOFLUSH)
threading.Thread(target=spoil, daemon=True).start()
time.sleep(0.05); sys.stdin.readline()'`,
    fact: { how: "read", mode: "line" },
  },
];

for (const { name, needs, script, fact } of waiting) {
  const skip = needs !== undefined && !has(needs) ? `${needs} is not installed` : false;
  test(`waits for input: ${name}`, { skip }, async (t) => {
    const go = goFile(t);
    const job = await holdScript(t, `GO=${go.path}; export GO; ${script}`);
    await until("the output of the program", () => textOf(job.received).includes("? "));
    go.say();

    const reading = await job.untilReading("? ");

    for (const [key, value] of Object.entries(fact)) {
      assert.equal(Reflect.get(reading, key), value, `${key} of ${JSON.stringify(reading)}`);
    }
  });
}

/** Programs that appear to ask a question but do not wait for input. */
const busy: { name: string; needs?: string; script: string }[] = [
  { name: "prints a question and sleeps", script: "printf 'Continue? [y/N] '; sleep 60" },
  { name: "waits for a child that does not read", script: "printf 'Continue? '; sleep 60 & wait" },
  { name: "reads from somewhere else", script: "printf 'Continue? '; sleep 60 | cat" },
  {
    name: "node that does not read its terminal",
    script: `${node} -e 'process.stdout.write("Continue? "); setTimeout(() => {}, 60000)'`,
  },
  {
    name: "is blocked in a write because the output is stopped",
    needs: "python3",
    script: `python3 -c 'import termios,sys,os
os.write(1, b"Continue? "); termios.tcflow(0, termios.TCOOFF); os.write(1, b"x"); sys.stdin.readline()'`,
  },
  {
    name: "a background process reads and is stopped",
    script: "printf 'Continue? '; set -m; cat & sleep 60",
  },
];

for (const { name, needs, script } of busy) {
  const skip = needs !== undefined && !has(needs) ? `${needs} is not installed` : false;
  test(`does not wait for input: ${name}`, { skip }, async (t) => {
    const job = await holdScript(t, script);
    await until("the text", () => textOf(job.received).includes("Continue? "));

    // There is no condition to wait for, because nothing should happen: a wrong fact has this long to appear.
    await sleep(700);

    assert.deepEqual(job.received.facts, []);
  });
}
