import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, constants, openSync, readdirSync, readFileSync, readlinkSync, writeSync } from "node:fs";
import { connect } from "node:net";
import { test } from "node:test";
import { readHolderFile } from "../../holder/client/find-holder.ts";
import { readJournal } from "../../holder/protocol/journal-reader.ts";
import { encodeFrame, FRAME } from "../../holder/protocol/frames.ts";
import { cpuSeconds } from "../soak/process.ts";
import { until } from "../support/until.ts";
import { launchSpare } from "../../holder/client/launch.ts";
import {
  follow,
  holdScript,
  isAlive,
  makeDataDir,
  notesOf,
  orderScript,
  textOf,
  TEST_EPOCH,
} from "./held-job.ts";

/** Set HOLDER_ROUNDS=200 for a longer run. */
const rounds = Number(process.env["HOLDER_ROUNDS"] ?? 3);

test(`the last byte before the exit is never lost (${rounds} jobs of 5 MB)`, async (t) => {
  const dataDir = makeDataDir(t);
  for (let jobId = 1; jobId <= rounds; jobId += 1) {
    const spare = launchSpare({ dataDir });
    await spare.start(
      orderScript("head -c 5000000 /dev/zero; exit 3", {
        jobId,
        argv: ["head", "-c", "5000000", "/dev/zero"],
      }),
    );
    const { connection, received } = await follow(dataDir, jobId, {});

    await connection.closed;

    assert.equal(
      received.output.reduce((sum, bytes) => sum + bytes.length, 0),
      5_000_000,
      `job ${jobId}`,
    );
    assert.equal(received.records.at(-1)?.kind, "exit");
  }
});

test("every byte is recorded as it was written", async (t) => {
  const job = await holdScript(t, "stty raw; head -c 3000000 /dev/urandom | tee random; rm random", {
    argv: ["sh", "-c", "stty raw; head -c 3000000 /dev/urandom > $R; sha256sum $R; cat $R"],
    env: { PATH: "/usr/bin:/bin", R: `/tmp/holder-random-${process.pid}`, TERM: "xterm" },
  });
  t.after(() => spawnSync("rm", ["-f", `/tmp/holder-random-${process.pid}`]));

  await job.connection.closed;

  const all = Buffer.concat(job.received.output);
  const [sum] = all.toString("latin1").split(" ", 1);
  const body = all.subarray(all.length - 3_000_000);
  assert.equal(createHash("sha256").update(body).digest("hex"), sum);
});

test("the output contains no trace of fences while fences are set continuously", async (t) => {
  // Each short read is found and fenced; output of the other process surrounds the markers in every possible way.
  const job = await holdScript(t, "seq 1 200000 & for i in $(seq 1 8); do printf '<q>'; read a; done; wait");
  let answered = 0;
  // An answer may arrive too late or not be read in time; the question then stays open for the next answer.
  for (let tries = 0; answered < 8 && tries < 100; tries += 1) {
    const reading = await until("a read", () => job.received.reading);
    if ((await job.type(reading, "y", { id: `a${tries}` })) === "consumed") {
      answered += 1;
    }
  }
  assert.equal(answered, 8);

  await job.connection.closed;

  const text = textOf(job.received)
    .replaceAll(/<q>|y\r\n/g, "")
    .replaceAll("\r\n", "\n");
  const expected = Array.from({ length: 200_000 }, (_, index) => `${index + 1}\n`).join("");
  assert.equal(text, expected);
});

test("a flood of short lines is recorded quickly in constant memory", async (t) => {
  const lines = 1_000_000;
  const job = await holdScript(t, `yes spiderpig | head -n ${lines}; read a`);
  // Measured in processor time of the holder, which does not include waiting for a busy processor.
  const before = cpuSeconds(job.holderPid);
  await until("the end of the flood", () => job.received.reading, { timeoutMs: 300_000 });
  const seconds = cpuSeconds(job.holderPid) - before;
  const peakKilobytes = readPeak(job.holderPid);

  const bytes = job.received.output.reduce((sum, part) => sum + part.length, 0);
  assert.equal(bytes, lines * "spiderpig\r\n".length);
  assert.ok(lines / seconds > 200_000, `only ${Math.round(lines / seconds)} lines a second`);
  assert.ok(peakKilobytes < 200_000, `the holder grew to ${peakKilobytes} kB`);
  t.diagnostic(`${Math.round(lines / seconds)} lines a second of the processor`);
});

test("a full disk stops neither the command nor its clients, and no output is missing afterwards", async (t) => {
  if (spawnSync("prlimit", ["--version"]).status !== 0) {
    t.skip("prlimit is not installed");
    return;
  }
  const job = await holdScript(t, "read a; seq 1 100000; printf 'q? '; read b; echo b=$b");
  const limit = (bytes: number | "unlimited") =>
    spawnSync("prlimit", ["--pid", String(job.holderPid), `--fsize=${bytes}:`]);
  const first = await until("the read", () => job.received.reading);
  limit(2000);

  assert.equal(await job.type(first, "go"), "consumed");
  const second = await job.untilReading("q? ");
  assert.match(job.received.journalErrors[0]?.message ?? "", /EFBIG/);
  assert.equal(await job.type(second, "y"), "consumed", "a full disk must not keep people from answering");
  await until("the command to exit", () => notesOf(job.received).some((note) => note.what === "childExited"));
  const late = await follow(job.dataDir, 1, { epoch: 0 });
  await until("the end, for a late client", () => textOf(late.received).includes("b=y"));
  limit("unlimited");
  await job.connection.closed;
  await until("the holder to exit", () => !isAlive(job.holderPid));

  assert.equal(job.received.journalErrors.at(-1)?.message, null);
  const stored = [...readJournal(job.directory, 0)];
  assert.deepEqual(stored, job.received.records);
  assert.ok(textOf(job.received).includes("\n100000\r\n"));
});

test("many consecutive jobs leak no descriptor and no process", async (t) => {
  const dataDir = makeDataDir(t);
  const count = Number(process.env["HOLDER_JOBS"] ?? 8);
  const countFds = (): number => readdirSync("/proc/self/fd").length;
  let before = 0;
  const pids: number[] = [];
  for (let jobId = 1; jobId <= count; jobId += 1) {
    const spare = launchSpare({ dataDir });
    await spare.start(orderScript("(setsid true &); true", { jobId }));
    const { connection } = await follow(dataDir, jobId, {});
    await connection.closed;
    pids.push(spare.pid ?? 0);
    if (jobId === 2) {
      await until("the holders to exit", () => !pids.some(isAlive));
      before = countFds();
    }
  }

  await until("the holders to exit", () => !pids.some(isAlive));
  await until("the descriptors to be closed", () => countFds() <= before);
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, "latin1").split(" ").map(Number);
  await until("no zombies", () =>
    pids.every((pid) => !children.includes(pid) || !readdirSync("/proc").includes(String(pid))),
  );
});

test("an orphan that exits while the job keeps running leaves no zombie", async (t) => {
  const job = await holdScript(t, "(setsid sleep 0.1 &); (setsid true &); echo ready; read a");
  await job.untilReading("ready");

  await until(
    "all children of the holder except the command to exit",
    () =>
      readFileSync(`/proc/${job.holderPid}/task/${job.holderPid}/children`, "latin1").trim() ===
      String(job.childPid),
  );
});

test("the end of the output is complete even if the command left the terminal's output stopped", async (t) => {
  const job = await holdScript(t, `seq 1 2000; perl -MPOSIX -e 'tcflow(1, TCOOFF)'; exit 3`);

  assert.deepEqual(await job.connection.closed, { reason: "ended" });
  assert.match(textOf(job.received), /\r\n2000\r\n$/);
});

test("nothing follows the exit record, even if a process still writes to the terminal", async (t) => {
  const job = await holdScript(t, "seq 1 400000; read a");
  const reading = await job.untilReading("400000");
  const terminal = openSync(
    readlinkSync(`/proc/${job.childPid}/fd/0`),
    constants.O_RDWR | constants.O_NOCTTY,
  );
  t.after(() => closeSync(terminal));
  // This client lags behind, so the holder waits for it.
  const slow = connect(`${job.directory}/socket`);
  t.after(() => slow.destroy());
  slow.write(encodeFrame(FRAME.attach, Buffer.from(`{"fromPosition":0,"epoch":0}`), 0));
  await job.type(reading, "");
  await job.connection.closed;

  writeSync(terminal, "late");
  slow.destroy();
  await until("the holder to exit", () => !isAlive(job.holderPid));

  assert.equal([...readJournal(job.directory, 0)].at(-1)?.kind, "exit");
});

test("a program that prints faster than its worker reads is slowed down, and not stopped by a worker that never reads", async (t) => {
  const megabytes = 24;
  const job = await holdScript(t, `read a; head -c ${megabytes}000000 /dev/zero | tr '\\0' x; echo end`);
  const reading = await job.untilReading();
  await job.type(reading, "");
  const stuck = connect(`${job.directory}/socket`);
  t.after(() => stuck.destroy());
  stuck.write(encodeFrame(FRAME.attach, Buffer.from(`{"fromPosition":0,"epoch":${TEST_EPOCH + 1}}`), 0));
  stuck.pause();
  await until("the exit record", () => readHolderFile(job.directory)?.ended);

  const records = [...readJournal(job.directory, 0)];
  const output = records.filter((record) => record.kind === "output");
  assert.equal(
    Buffer.concat(output.map(({ bytes }) => bytes))
      .toString()
      .match(/x+/)?.[0].length,
    megabytes * 1_000_000,
  );
  // After each record the holder pauses for 10 ms when the worker is more than 16 MiB behind.
  const slowed = output.filter(({ position }) => position > 18_000_000);
  const slowedMs = (slowed.at(-1)?.at ?? 0) - (slowed[0]?.at ?? 0);
  assert.ok(slowedMs > slowed.length * 4, `${slowed.length} records within ${slowedMs} ms`);
});

/** The peak memory of a process, in kilobytes. */
function readPeak(pid: number): number {
  return Number(/VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1]);
}
