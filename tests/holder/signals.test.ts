import assert from "node:assert/strict";
import { readCommandLine, readStat } from "../../holder/protocol/proc.ts";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, constants, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { until } from "../support/until.ts";
import { listDescendants, signalAll } from "../../holder/program/processes.ts";
import type { SignalKind } from "../../holder/protocol/messages.ts";
import { holdScript, isAlive, makeDataDir, notesOf, textOf, type HeldJob } from "./held-job.ts";

const node = process.execPath;

/** A program that prints its name when interrupted. As `outer` it runs itself as `inner` and waits for it. */
const program = `
const role = process.argv[1];
// Of two pending signals, the one for the end of the child may be delivered first.
const afterAnotherLook = (act) => setImmediate(() => setImmediate(act));
process.on("SIGINT", () => { console.log(role + " interrupted"); process.exit(130); });
if (role === "outer") {
  const { spawn } = require("child_process");
  spawn(process.execPath, ["-e", process.env.PROGRAM, "inner"], { stdio: "inherit" })
    .on("exit", (code) => { console.log("inner ended with " + code); afterAnotherLook(() => process.exit(5)); });
} else {
  require("child_process").spawn("sleep", ["60"], { stdio: "inherit" });
  console.log("inner ready");
}
setInterval(() => {}, 1000);
`;

let signalCount = 0;
const send = (job: HeldJob, kind: SignalKind) =>
  job.connection.signal({ signalId: `s${(signalCount += 1)}`, kind, by: "tester" });

async function holdNested(t: Parameters<typeof holdScript>[0]): Promise<HeldJob> {
  const job = await holdScript(t, "", {
    argv: [node, "-e", program, "outer"],
    env: { PATH: "/usr/bin:/bin", TERM: "xterm", PROGRAM: program },
  });
  await until("the inner program", () => textOf(job.received).includes("inner ready"));
  return job;
}

/** A forked child of the shell that has not called exec() yet ignores an interrupt. */
async function untilSleeping(job: HeldJob, ...seconds: readonly string[]): Promise<void> {
  await until("the sleeping processes", () => {
    const commands = listDescendants(job.holderPid).map(({ pid }) => readCommandLine(pid).join(" "));
    return seconds.every((many) => commands.includes(`sleep ${many}`));
  });
}

test("an interrupt reaches only the innermost command, neither its parent nor its helpers", async (t) => {
  const job = await holdNested(t);

  const { count } = await send(job, "interrupt");

  assert.equal(count, 1);
  await job.connection.closed;
  assert.match(textOf(job.received), /inner interrupted/);
  assert.match(textOf(job.received), /inner ended with 130/);
  assert.doesNotMatch(textOf(job.received), /outer interrupted/);
});

test("an interrupt of the group reaches every process, as Ctrl-C does", async (t) => {
  const job = await holdNested(t);

  const { count } = await send(job, "interrupt_group");

  assert.equal(count, 3);
  await job.connection.closed;
  assert.match(textOf(job.received), /outer interrupted/);
});

test("an interrupt of a shell that waits for a program reaches the program", async (t) => {
  const job = await holdScript(t, "echo ready; sleep 60; echo after");
  await until("the shell", () => textOf(job.received).includes("ready"));
  await untilSleeping(job, "60");

  await send(job, "interrupt");

  await until("the shell to continue", () => textOf(job.received).includes("after"));
});

test("an interrupt of a forked process that has not called exec() yet is not lost", async (t) => {
  const job = await holdScript(
    t,
    `exec perl -e '$SIG{INT} = sub { print "$name interrupted"; exit }; $| = 1; $name = "helper";
      if (!fork) { print "ready"; sleep 60; exec "sleep", "60" } $name = "program"; wait'`,
  );
  await until("the helper", () => textOf(job.received).includes("ready"));

  const { count } = await send(job, "interrupt");

  assert.equal(count, 1);
  await job.connection.closed;
  assert.match(textOf(job.received), /program interrupted/);
  assert.doesNotMatch(textOf(job.received), /helper interrupted/);
});

test("an interrupt reaches a program that runs many short commands", async (t) => {
  // Its inner commands exit at once, and a check takes long because there are many other processes.
  const inner = `$SIG{INT} = sub { exit }; $| = 1; exit if $ARGV[0] eq "inner"; print "ready";
    for (;;) { fork or exec "perl", "-e", $ENV{PROGRAM}, "inner"; wait }`;
  const job = await holdScript(
    t,
    'for child in $(seq 300); do sleep 60 & done; exec perl -e "$PROGRAM" outer',
    {
      env: { PATH: "/usr/bin:/bin", PROGRAM: inner },
    },
  );
  await until("the program", () => textOf(job.received).includes("ready"));

  let count = 1;
  while (isAlive(job.childPid) && count > 0) ({ count } = await send(job, "interrupt"));

  // Attempts reach no process until the program has begun to exit.
  await until("the program to exit", () => !isAlive(job.childPid));
});

test("kill ends every process of the job, including other sessions and orphans", async (t) => {
  const job = await holdScript(
    t,
    `setsid sleep 61 & (setsid sh -c 'trap "" HUP TERM INT; sleep 62; sleep 63' &) ; trap "" HUP TERM INT; echo ready; sleep 64; sleep 65`,
  );
  await untilSleeping(job, "61", "62", "64");
  const pids = listDescendants(job.holderPid).map((process) => process.pid);

  const { count } = await send(job, "kill");

  assert.ok(count >= 5, `only ${count} were reached`);
  assert.deepEqual(pids.filter(isAlive), []);
  assert.deepEqual(await job.connection.closed, { reason: "ended" });
  const exit = job.received.records.at(-1);
  assert.deepEqual(exit?.kind === "exit" ? exit.exit : exit, { exitCode: null, signal: 9, failure: null });
  await until("the holder to exit", () => !isAlive(job.holderPid));
});

test("processes that a command leaves behind are killed even if they ignore signals, and their last output is kept", async (t) => {
  // The quick process reads a pipe of the command and waits for its end; all of them exist before that.
  const there = makeDataDir(t);
  const job = await holdScript(
    t,
    `cd ${there}; mkfifo pipe
     setsid sh -c 'trap "" HUP; trap "echo told to end" TERM; touch one; while :; do sleep 0.1; done' &
     setsid setsid sh -c 'trap "" TERM HUP; touch two; sleep 66' &
     setsid sh -c 'exec < pipe; touch three; read x; echo quick one done' & exec 9> pipe
     until [ -e one ] && [ -e two ] && [ -e three ]; do sleep 0.02; done; exit 7`,
  );

  await job.connection.closed;

  assert.match(textOf(job.received), /quick one done/, "a child that was about to exit had no time to do so");
  assert.match(textOf(job.received), /told to end/);
  const exit = job.received.records.at(-1);
  assert.equal(exit?.kind === "exit" && exit.exit.exitCode, 7);
  await until("the holder to exit", () => !isAlive(job.holderPid));
});

test("a process that a command leaves behind cannot delay the end by using the processor", async (t) => {
  const job = await holdScript(
    t,
    `setsid perl -e '$SIG{HUP} = $SIG{TERM} = "IGNORE"; $| = 1;
       sub used { my ($user, $system) = times; $user + $system }
       for ($n = 1;; $n++) { 1 while used() < $n / 10; print "used $n\n" }' & read go`,
  );
  await job.untilReading("used 1");

  const before = textOf(job.received).match(/used/g)?.length ?? 0;
  process.kill(job.childPid, "SIGKILL");

  await job.connection.closed;
  // In tenths of a second of processor time: ten, twenty more until it is killed, and as much again for a slow exit.
  assert.ok((textOf(job.received).match(/used/g)?.length ?? 0) - before < 60);
});

test("a process that keeps forking and exiting during the search is killed too", async (t) => {
  const place = makeDataDir(t);
  const pipe = join(place, "pipe");
  execFileSync("mkfifo", [pipe]);
  // The job ends when the last of them has exited.
  const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
  t.after(() => closeSync(reader));
  const job = await holdScript(
    t,
    `exec perl -e '$SIG{HUP} = $SIG{TERM} = "IGNORE"; open PIPE, ">", "${pipe}";
      while (-e "${pipe}") { exit if fork; select undef, undef, undef, 0.0002 }'`,
  );

  await job.connection.closed;

  assert.equal(readSync(reader, Buffer.alloc(1)), 0, "one process is left behind");
});

test("all children of a program are found, however many there are", async (t) => {
  const program = spawn("perl", [
    "-e",
    '$| = 1; for (1 .. 900) { fork or do { sysread STDIN, $x, 1; exit } } print "started"; sysread STDIN, $x, 1',
  ]);
  t.after(() => program.stdin.end());
  await once(program.stdout, "data");

  assert.equal(listDescendants(program.pid ?? 0).length, 900);
});

test("a process that a command leaves behind may finish on a slow machine", async (t) => {
  // More processor time than the timeout for processes that only wait allows.
  const job = await holdScript(
    t,
    `setsid perl -e '$| = 1; $parent = getppid; print "there\n"; select undef, undef, undef, 0.01 while getppid == $parent;
       1 while used() < 0.13; sub used { my ($user, $system) = times; $user + $system } print "last words\n"' & read go`,
  );
  await job.untilReading("there");

  process.kill(job.childPid, "SIGKILL");

  await job.connection.closed;
  assert.match(textOf(job.received), /last words/);
});

test("a repeated order for a signal does not send it again", async (t) => {
  const job = await holdScript(t, "trap 'echo hit' INT; echo ready; while :; do sleep 0.05; done");
  await until("the shell", () => textOf(job.received).includes("ready"));
  const order = { signalId: "once", kind: "interrupt_group", by: "tester" } as const;

  const [first, second] = await Promise.all([job.connection.signal(order), job.connection.signal(order)]);
  const third = await job.connection.signal(order);

  assert.deepEqual(second, first);
  assert.deepEqual(third, first);
  assert.equal(job.received.records.filter((record) => record.kind === "signal").length, 1);
  await send(job, "kill");
  await job.connection.closed;
});

test("a process that is not a descendant of the holder is not signalled, even if an earlier list contained it", (t) => {
  const child = spawn("sleep", ["60"]);
  t.after(() => child.kill("SIGKILL"));
  const own = readStat(child.pid ?? 0);
  const elsewhere = readStat(process.ppid);
  assert.ok(own !== undefined && elsewhere !== undefined);

  assert.deepEqual(signalAll([elsewhere], "SIGCONT"), []);
  assert.deepEqual(signalAll([{ ...own, startTicks: own.startTicks + 1 }], "SIGCONT"), []);
  assert.deepEqual(signalAll([own], "SIGCONT"), [own.pid]);
});

for (const [name, stop] of [
  ["itself", "kill -STOP $$"],
  ["a helper", "sleep 60 & kill -STOP $!; wait"],
] as const) {
  for (const kind of ["interrupt", "terminate"] as const) {
    test(`a stopped process is continued so that it can exit (${name}, ${kind})`, async (t) => {
      const job = await holdScript(t, `echo ready; ${stop}; echo after`);
      await until("the stop", () =>
        listDescendants(job.holderPid).some(({ state }) => state === "T") ? true : undefined,
      );

      const { count } = await send(job, kind);

      assert.ok(count > 0);
      assert.deepEqual(await job.connection.closed, { reason: "ended" });
    });
  }
}

test("stopping and continuing a program is journaled", async (t) => {
  const job = await holdScript(t, "echo ready; kill -STOP $$; read a");
  const notes = () => notesOf(job.received).filter(({ what }) => what === "stopped" || what === "continued");

  await until("the note", () => notes().length === 1);
  process.kill(job.childPid, "SIGCONT");
  await until("the second note", () => notes().length === 2);

  assert.deepEqual(notes(), [{ what: "stopped", commands: ["sh"] }, { what: "continued" }]);
});
