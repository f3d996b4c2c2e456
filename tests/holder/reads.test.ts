// When a read begins, continues and ends.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { listDescendants } from "../../holder/program/processes.ts";
import type { Reading } from "../../holder/protocol/messages.ts";
import { until } from "../support/until.ts";
import { holdScript, makeDataDir, textOf, type HeldJob } from "./held-job.ts";

const has = (program: string): boolean => spawnSync("which", [program]).status === 0;

/** A file that a script waits for, so that the test decides when the script continues. */
function goFile(t: TestContext): { path: string; say(): void } {
  const path = join(makeDataDir(t), "go");
  return { path, say: () => writeFileSync(path, "") };
}

const untilGo = ({ path }: { path: string }): string => `until [ -e ${path} ]; do sleep 0.02; done`;

test("consecutive questions are distinct reads, and each ends before the next begins", async (t) => {
  const job = await holdScript(t, 'for i in 1 2 3 4 5; do printf "q$i? "; read a; done');
  for (const i of [1, 2, 3, 4, 5]) {
    const reading = await job.untilReading(`q${i}? `);
    assert.equal(await job.type(reading, "y", { id: `a${i}` }), "consumed");
    await until("the end of the read", () => job.received.reading?.readId !== reading.readId);
  }
  await job.connection.closed;

  // A read that is found before all output in front of it was recorded is reported again, with its new position.
  const ids = job.received.facts
    .map((fact) => fact?.readId ?? null)
    .filter((id, index, all) => id === null || id !== all[index - 1]);
  assert.deepEqual(ids, [1, null, 2, null, 3, null, 4, null, 5, null]);
});

test("a question is found while another process prints continuously, at the position where it was asked", async (t) => {
  const job = await holdScript(
    t,
    "seq 100000000 & sleep 0.3; printf '\\nQUESTION? '; read a; kill $!; echo answered $a",
  );

  const reading = await until("the read", () => job.received.reading);

  const before = Buffer.concat(
    job.received.records.flatMap((record) =>
      record.kind === "output" && record.next <= reading.position ? [record.bytes] : [],
    ),
  );
  assert.ok(before.includes("QUESTION? "), "the question is after the position of its read");
  assert.equal(await job.type(reading, "yes"), "consumed");
  await until("the answer", () => textOf(job.received).includes("answered yes"));
});

for (const { name, watcher } of [
  {
    name: "a program that polls the terminal for the whole run",
    watcher: `perl -e 'vec($r, 0, 1) = 1; select($r, undef, undef, undef)'`,
  },
  {
    name: "a program that polls the terminal at intervals",
    watcher: `perl -e 'for (;;) { vec($r = "", 0, 1) = 1; select($r, undef, undef, 0.05) and exit }'`,
  },
]) {
  test(`a question is found while there is ${name}`, async (t) => {
    const go = goFile(t);
    const job = await holdScript(
      t,
      `${watcher} < /dev/tty & ${untilGo(go)}; printf 'q? '; read a; echo answer $a; wait`,
    );
    const watching = await job.untilReading();
    assert.equal(watching.how, "poll");
    go.say();

    const asking = await until(
      "the read",
      () => job.received.reading?.how === "read" && job.received.reading,
    );

    assert.match(textOf(job.received), /q\? $/);
    assert.equal(await job.type(asking, "yes"), "consumed");
    await until("the answer", () => textOf(job.received).includes("answer yes"));
  });
}

test("output of another process advances the position of an open read without changing the read", async (t) => {
  const go = goFile(t);
  const job = await holdScript(t, `(${untilGo(go)}; echo from aside; sleep 60) & printf 'q? '; read a`);
  const first = await job.untilReading("q? ");
  go.say();

  const later = await until("a new position", () => {
    const reading = job.received.reading;
    return reading !== null && reading.position > first.position ? reading : null;
  });

  assert.equal(later.readId, first.readId);
  assert.equal(await job.type(later, "y"), "consumed");
});

test("a stopped program does not wait; when it is continued, it waits for the same input", async (t) => {
  const job = await holdScript(t, "printf 'q? '; read a; echo a=$a");
  const first = await job.untilReading("q? ");

  process.kill(job.childPid, "SIGSTOP");
  await until("the end of the read", () => job.received.reading === null);
  process.kill(job.childPid, "SIGCONT");
  const second = await until("the read to be open again", () => job.received.reading);

  assert.notEqual(second.readId, first.readId);
  assert.equal(second.sinceReadId, first.readId);
  assert.equal(await job.type(first, "y"), "consumed");
});

test("a change of the terminal's mode during a read makes it a new read", async (t) => {
  const go = goFile(t);
  const job = await holdScript(t, `(${untilGo(go)}; stty -echo < /dev/tty; sleep 60) & printf 'q? '; read a`);
  const shown = await job.untilReading("q? ");
  go.say();

  const hidden = await until(
    "the hidden read",
    () => job.received.reading?.mode === "secret" && job.received.reading,
  );

  assert.notEqual(hidden.readId, shown.readId);
  assert.equal(await job.type(shown, "would be shown"), "not_reading");
});

test("a resize reaches the program and is journaled", async (t) => {
  const job = await holdScript(t, "stty size; printf 'q? '; read a; stty size");
  const reading = await job.untilReading("q? ");

  job.connection.resize(100, 30);
  await job.connection.ping();
  const now = await until("an open read", () => job.received.reading ?? reading);
  await job.type(now, "y");

  await job.connection.closed;
  assert.match(textOf(job.received), /^50 160\r\n[^]*30 100\r\n$/);
});

const isAwayFrom = ({ pid }: Reading): boolean =>
  /^State:\s*R/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));

test("a reader that handles a signal and continues to read is in the same read", async (t) => {
  const job = await holdScript(
    t,
    `perl -e '$SIG{CHLD} = sub { $n += 1 }; $| = 1; print "q? ";
      for (1 .. 5) { fork or do { select undef, undef, undef, 0.2 * $_; exit } }
      $a = sysread STDIN, $line, 100 until $a; print "$n children ended, answer $line"'`,
  );
  const first = await job.untilReading("q? ");

  await until("its five children to exit", () =>
    listDescendants(first.pid).every(({ state }) => state === "Z"),
  );
  // The reader receives the last SIGCHLD, and continues to read.
  await until("the reader to read again", () => job.received.reading !== null && !isAwayFrom(first));

  assert.equal(job.received.reading?.readId, first.readId, JSON.stringify(job.received.facts));
  assert.equal(await job.type(first, "yes"), "consumed");
  await job.connection.closed;
  assert.match(textOf(job.received), /[1-5] children ended, answer yes/);
});

const canStarve = has("taskset") && has("chrt") && has("perl");

test(
  "a reader that handles a signal on a busy machine and cannot return at once is still in the same read",
  { skip: !canStarve },
  async (t) => {
    // Three processes of its session keep one processor busy as soon as they receive SIGCONT.
    const job = await holdScript(
      t,
      `for i in 1 2 3; do perl -e 'kill STOP => $$; 1 while 1' & done
      exec perl -e '$SIG{USR1} = sub { $n += 1 }; $| = 1; print "q? ";
        $a = sysread STDIN, $line, 100 until $a; print "answer $line"'`,
    );
    const first = await job.untilReading("q? ");
    const busy = await until("the others", () => {
      const stopped = listDescendants(first.pid).filter(({ state }) => state === "T");
      return stopped.length === 3 && stopped.map(({ pid }) => pid);
    });
    const allowed = readFileSync("/proc/self/status", "utf8");
    const processor = /^Cpus_allowed_list:\s*(\d+)/m.exec(allowed)?.[1] ?? "0";
    for (const pid of [first.pid, ...busy]) {
      assert.equal(spawnSync("taskset", ["-cp", processor, String(pid)]).status, 0);
    }
    // In the lowest scheduling class it gets hardly any time on the processor that the others keep busy.
    assert.equal(spawnSync("chrt", ["--idle", "-p", "0", String(first.pid)]).status, 0);
    for (const pid of busy) process.kill(pid, "SIGCONT");

    let awayMs = 0;
    let checkedAt = performance.now();
    let wasAway = false;
    await until("the reader to be out of its read for long enough", () => {
      const now = performance.now();
      const isAway = isAwayFrom(first);
      // Out of the read at both checks, so a wrong conclusion could be drawn between them.
      if (isAway && wasAway) awayMs += now - checkedAt;
      if (!isAway) process.kill(first.pid, "SIGUSR1");
      [checkedAt, wasAway] = [now, isAway];
      return awayMs > 2000;
    });
    assert.deepEqual(job.received.facts.length, 1, JSON.stringify(job.received.facts));
    for (const pid of busy) process.kill(pid, "SIGKILL");
    assert.equal(await job.type(first, "yes"), "consumed");

    await job.connection.closed;
    assert.match(textOf(job.received), /answer yes/);
  },
);

test("a reader that is busy with something else after a signal has left its read", async (t) => {
  const job = await holdScript(
    t,
    `perl -e '$SIG{USR1} = sub { 1 while 1 }; $| = 1; print "q? "; sysread STDIN, $line, 100'`,
  );
  const first = await job.untilReading("q? ");

  process.kill(first.pid, "SIGUSR1");

  await until("the end of the read", () => job.received.reading === null);
});

test("a reader that handles a signal by asking another question starts a new read", async (t) => {
  const job = await holdScript(
    t,
    `perl -e '$SIG{INT} = sub { print "really? " }; $| = 1; print "q? ";
      $a = sysread STDIN, $line, 100 until $a; print "answer $line"'`,
  );
  const first = await job.untilReading("q? ");

  await job.connection.signal({ signalId: "1", kind: "interrupt", by: "tester" });
  const second = await until("another read", () => {
    const open = job.received.reading;
    return open !== null && open.readId !== first.readId ? open : null;
  });

  assert.match(textOf(job.received), /really\? $/);
  assert.equal(await job.type(first, "to the old question"), "not_reading");
  assert.equal(await job.type(second, "to the new one", { id: "new" }), "consumed");
});

test("each of many questions between bursts of output gets its own answer", async (t) => {
  const count = Number(process.env["HOLDER_QUESTIONS"] ?? 60);
  // Prints a random amount, asks, verifies the answer; another process prints meanwhile.
  const job = await holdScript(
    t,
    `(while :; do echo aside; sleep 0.01; done) & perl -e '$| = 1; srand 7;
      for $n (1 .. ${count}) {
        print "x" x 70, "\\n" for 1 .. int rand 400;
        select undef, undef, undef, rand 0.01 if rand > 0.5;
        print "question $n? ";
        $a = <STDIN>; chomp $a;
        print "WRONG: $a for $n\\n" if $a ne "answer $n";
      } print "all asked\\n"'; kill $!`,
  );
  const latencies: number[] = [];
  for (let n = 1; n <= count; n += 1) {
    const reading = await until(
      `question ${n}`,
      () => {
        const open = job.received.reading;
        return open !== null && lastQuestion(job, open.position) === n ? open : null;
      },
      { everyMs: 1 },
    );
    const asked = job.received.records.findLast(
      (record) => record.kind === "output" && record.bytes.includes("question"),
    );
    latencies.push(Date.now() - (asked?.at ?? 0));
    assert.equal(await job.type(reading, `answer ${n}`, { id: `n${n}` }), "consumed", `question ${n}`);
  }

  await job.connection.closed;
  assert.doesNotMatch(textOf(job.received), /WRONG/);
  assert.match(textOf(job.received), /all asked/);
  latencies.sort((a, b) => a - b);
  t.diagnostic(
    `from the question to its fact: median ${latencies[count >> 1]} ms, worst ${latencies.at(-1)} ms`,
  );
});

/** The number of the last question before a position; the other process may have printed any amount since. */
function lastQuestion(job: HeldJob, position: number): number | undefined {
  const before = job.received.records.filter((record) => record.kind === "output" && record.next <= position);
  const from = before.findLastIndex(
    (record) => record.kind === "output" && record.bytes.includes("question"),
  );
  if (from < 0) return undefined;
  // The output of one write may arrive in two pieces.
  const text = before
    .slice(Math.max(0, from - 1))
    .flatMap((record) => (record.kind === "output" ? [record.bytes] : []));
  const asked = /[^]*question (\d+)\? /.exec(Buffer.concat(text).toString("latin1"));
  return asked === null ? undefined : Number(asked[1]);
}
