// Programs on real terminals whose question counts down: it stays one question, and its answer is read at any time.
import { test } from "node:test";
import assert from "node:assert/strict";
import { until } from "../../support/until.ts";
import { python, skipWithout } from "./programs.ts";

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
