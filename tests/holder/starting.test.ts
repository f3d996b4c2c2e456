// A job is started at most once, and a start that fails says why.
import assert from "node:assert/strict";
import type { StartResult } from "../../holder/protocol/start.ts";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { findHolder } from "../../holder/client/find-holder.ts";
import type { Spare } from "../../holder/client/launch.ts";
import { monotonicNow } from "../../holder/protocol/monotonic-clock.ts";
import { until } from "../support/until.ts";
import { launchSpare } from "../../holder/client/launch.ts";
import { follow, holdScript, isAlive, makeDataDir, orderScript, textOf } from "./held-job.ts";

/** Appends a line to a file each time it is started. */
const counting = (file: string): string => `echo started >> ${file}; sleep 0.2`;

const reasonOf = (result: StartResult): string => (result.started ? "started" : result.reason);

async function untilGone(spare: Spare): Promise<void> {
  await until("the holder to exit", () => spare.pid === undefined || !isAlive(spare.pid));
}

test("of many holders that are ordered to start one job at the same time, exactly one starts it", async (t) => {
  const dataDir = makeDataDir(t);
  const file = join(dataDir, "starts");
  const spares = Array.from({ length: 5 }, () => launchSpare({ dataDir }));
  await Promise.all(spares.map((spare) => spare.ready));

  const results = await Promise.all(spares.map((spare) => spare.start(orderScript(counting(file)))));

  assert.deepEqual(results.map(reasonOf).sort(), [...Array<string>(4).fill("already_started"), "started"]);
  await Promise.all(spares.map(untilGone));
  assert.equal(readFileSync(file, "utf8"), "started\n");
});

test("a job that has ended is not started again, even if its journal was removed", async (t) => {
  const job = await holdScript(t, "echo once");
  await job.connection.closed;
  await until("the holder to exit", () => !isAlive(job.holderPid));
  rmSync(join(job.directory, "journal"));

  const result = await launchSpare({ dataDir: job.dataDir }).start(orderScript("echo twice"));

  assert.equal(reasonOf(result), "already_started");
  const again = await follow(job.dataDir, 1, {});
  const closed = await again.connection.closed;
  assert.equal(closed.reason, "removed");
  assert.equal(closed.reason === "removed" && closed.exit.exitCode, 0);
});

test("an order that arrives after its deadline starts nothing, and the job can still be started", async (t) => {
  const dataDir = makeDataDir(t);
  const late = launchSpare({ dataDir });

  const result = await late.start(orderScript("echo never", { notAfter: monotonicNow() - 1 }));

  assert.equal(reasonOf(result), "late");
  assert.deepEqual(await findHolder(dataDir, 1), { state: "none" });
  await untilGone(late);
  assert.equal(reasonOf(await launchSpare({ dataDir }).start(orderScript("true"))), "started");
});

test("a deadline does not depend on the system clock, which may be changed meanwhile", async (t) => {
  const dataDir = makeDataDir(t);
  const spare = launchSpare({ dataDir });
  await spare.ready;
  t.mock.timers.enable({ apis: ["Date"], now: Date.now() - 3_600_000 });

  const result = await spare.start(orderScript("true"));

  assert.equal(reasonOf(result), "started");
});

test("an order that waited in a stopped holder exceeds its deadline", async (t) => {
  const dataDir = makeDataDir(t);
  const spare = launchSpare({ dataDir });
  await spare.ready;
  process.kill(spare.pid ?? 0, "SIGSTOP");

  const result = spare.start(orderScript("echo never", { notAfter: monotonicNow() + 100 }));
  await sleep(200);
  process.kill(spare.pid ?? 0, "SIGCONT");

  assert.equal(reasonOf(await result), "late");
  assert.deepEqual(await findHolder(dataDir, 1), { state: "none" });
});

const faulty: { name: string; order: Parameters<typeof orderScript>[1]; message: RegExp }[] = [
  {
    name: "a program that does not exist",
    order: { argv: ["no-such-scap", "backport"] },
    message: /no program "no-such-scap" in .*install/,
  },
  {
    name: "a path that is not a program",
    order: { argv: ["/etc/passwd"] },
    message: /\/etc\/passwd is not a program that can be run/,
  },
  { name: "a directory", order: { argv: ["/usr/bin"] }, message: /not a program/ },
  { name: "an empty argument list", order: { argv: [] }, message: /no program ""/ },
  {
    name: "a working directory that does not exist",
    order: { cwd: "/no/such/place" },
    message: /working directory \/no\/such\/place/,
  },
];

for (const { name, order, message } of faulty) {
  test(`the failure of a command that cannot be started names the remedy, and the job counts as started: ${name}`, async (t) => {
    const dataDir = makeDataDir(t);
    const spare = launchSpare({ dataDir });

    const result = await spare.start(orderScript("true", order));

    assert.equal(reasonOf(result), "spawn_failed");
    assert.match(result.started ? "" : result.message, message);
    await untilGone(spare);
    const holder = await findHolder(dataDir, 1);
    assert.match(holder.state === "ended" ? (holder.exit.failure ?? "") : holder.state, message);
    assert.equal(reasonOf(await launchSpare({ dataDir }).start(orderScript("true"))), "already_started");
  });
}

test("a data directory that is not writable fails the start and claims no job", async (t) => {
  const dataDir = makeDataDir(t);
  writeFileSync(join(dataDir, "jobs"), "a file where the directory should be");

  const result = await launchSpare({ dataDir }).start(orderScript("true"));

  assert.equal(reasonOf(result), "spawn_failed");
});

test("a holder that does not respond fails the start, and starts nothing after it is continued", async (t) => {
  const dataDir = makeDataDir(t);
  const spare = launchSpare({ dataDir });
  await spare.ready;
  process.kill(spare.pid ?? 0, "SIGSTOP");

  const result = await spare.start(orderScript("echo never", { notAfter: monotonicNow() }));
  process.kill(spare.pid ?? 0, "SIGCONT");

  assert.equal(reasonOf(result), "spawn_failed");
  await untilGone(spare);
  assert.deepEqual(await findHolder(dataDir, 1), { state: "none" });
});

test("a spare that dies before its order has started nothing, and another spare may start the job", async (t) => {
  const dataDir = makeDataDir(t);
  const spare = launchSpare({ dataDir });
  await spare.ready;
  process.kill(spare.pid ?? 0, "SIGKILL");

  assert.equal(reasonOf(await spare.start(orderScript("true"))), "holder_died");
  assert.deepEqual(await findHolder(dataDir, 1), { state: "none" });
  assert.equal(reasonOf(await launchSpare({ dataDir }).start(orderScript("true"))), "started");
});

// Node reports the first with an event and throws the second, as it does ENOMEM.
for (const { program, code } of [
  { program: "/no/such/node", code: /ENOENT/ },
  { program: "/dev/null/node", code: /ENOTDIR/ },
]) {
  test(`on a machine without resources for a holder nothing is started, and a later attempt may succeed: ${code}`, async (t) => {
    const dataDir = makeDataDir(t);
    const { execPath } = process;
    process.execPath = program;
    t.after(() => (process.execPath = execPath));
    const spare = launchSpare({ dataDir });
    process.execPath = execPath;

    const result = await spare.start(orderScript("true"));

    assert.equal(reasonOf(result), "no_holder");
    assert.match(result.started ? "" : result.message, code);
    assert.deepEqual(await findHolder(dataDir, 1), { state: "none" });
  });
}

test("a holder that is killed while it starts the command never reports that nothing was started", async (t) => {
  for (let delayMs = 0; delayMs < 12; delayMs += 1) {
    const dataDir = makeDataDir(t);
    const spare = launchSpare({ dataDir });
    await spare.ready;
    // The command does not exit on its own: on a busy machine its holder would exit before it is killed.
    const starting = spare.start(orderScript("read x"));
    await until("the job to be claimed", () => existsSync(join(dataDir, "jobs", "1")), { everyMs: 0 });
    await sleep(delayMs);
    process.kill(spare.pid ?? 0, "SIGKILL");

    const reason = reasonOf(await starting);

    assert.match(reason, /^(started|already_started)$/, `${delayMs} ms after it had claimed the job`);
    await untilGone(spare);
    assert.match((await findHolder(dataDir, 1)).state, /^(dead|ended)$/);
  }
});

test("the files of a job are readable by their owner only", async (t) => {
  const job = await holdScript(t, "echo x; read a");
  await job.untilReading("x");

  assert.equal(statSync(job.directory).mode & 0o777, 0o700);
  for (const name of readdirSync(job.directory)) {
    assert.equal(statSync(join(job.directory, name)).mode & 0o777, 0o600, name);
  }
});

test("a data directory with a path too long for a socket works like any other", async (t) => {
  const dataDir = join(makeDataDir(t), "d".repeat(60), "e".repeat(60));
  mkdirSync(dataDir, { recursive: true });
  const spare = launchSpare({ dataDir });
  const result = await spare.start(orderScript("printf 'q? '; read a; echo a=$a"));
  assert.equal(reasonOf(result), "started");

  const { connection, received } = await follow(dataDir, 1, {});
  const reading = await until("the read", () => received.reading);
  await connection.type({ interactionId: "1", readId: reading.readId, text: "y", secret: false, by: "t" });

  assert.deepEqual(await connection.closed, { reason: "ended" });
  assert.match(textOf(received), /a=y/);
  await untilGone(spare);
  assert.ok(!existsSync(join(dataDir, "jobs", "1", "socket")), "the socket was not removed");
});

test("an invalid id never becomes a path", async (t) => {
  const dataDir = makeDataDir(t);
  for (const jobId of ["../x", "", "a/b", ".", "x".repeat(65)]) {
    await assert.rejects(findHolder(dataDir, jobId), /not the id of a job/);
    assert.equal(
      reasonOf(await launchSpare({ dataDir }).start(orderScript("true", { jobId }))),
      "spawn_failed",
    );
  }
});

test("the program is found in PATH as by a shell, and receives its arguments unchanged", async (t) => {
  const dataDir = makeDataDir(t);
  const program = join(dataDir, "my scap");
  writeFileSync(program, '#!/bin/sh\nprintf "<%s>" "$@"\n');
  chmodSync(program, 0o755);
  const spare = launchSpare({ dataDir });
  const argv = ["my scap", "a b", "$HOME", "*", "'", "", "ü"];
  await spare.start(orderScript("", { argv, env: { PATH: `/nonexistent:${dataDir}:/usr/bin:/bin` } }));

  const { connection, received } = await follow(dataDir, 1, {});

  await connection.closed;
  assert.equal(textOf(received), "<a b><$HOME><*><'><><ü>");
});
