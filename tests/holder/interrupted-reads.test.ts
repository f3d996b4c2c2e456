// Answers to a reader that leaves its read for a moment, or calls exec().
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { until } from "../support/until.ts";
import { holdScript, makeDataDir, textOf } from "./held-job.ts";

/** A script that asks a question and calls `onSignal` on each SIGUSR1. */
const scriptWithHandler = (onSignal: string) =>
  `exec perl -e '$SIG{USR1} = sub { ${onSignal} }; $| = 1; print "q? ";
    $a = sysread STDIN, $line, 100 until $a; print "answer $line"'`;

type Held = {
  script: string;
  env?: Record<string, string>;
};

/** Starts a job whose reader leaves its read on a signal and stays out until `returnToRead` is called. */
async function holdAway(t: TestContext, start = (asks: string): Held => ({ script: asks })) {
  const go = join(makeDataDir(t), "go");
  const { script, env } = start(scriptWithHandler(`select undef, undef, undef, 0.01 until -e "${go}"`));
  const job = await holdScript(t, script, env === undefined ? {} : { env });
  const first = await job.untilReading("q? ");
  process.kill(first.pid, "SIGUSR1");
  await until("the reader to leave its read", () => job.received.reading === null);
  const returnToRead = async () => {
    writeFileSync(go, "");
    return job.untilReading("q? ");
  };
  return { job, first, returnToRead };
}

test("an answer that arrives while its reader is briefly out of its read is typed when it returns", async (t) => {
  const job = await holdScript(t, scriptWithHandler("select undef, undef, undef, 0.06"));
  let tried = 0;

  // On a busy machine the reader may return after the answer's timeout, but not in every attempt.
  await until("an answer to be typed", async () => {
    const reading = job.received.reading;
    if (reading === null || reading.readId === tried) return false;
    tried = reading.readId;
    process.kill(reading.pid, "SIGUSR1");
    return (await job.type(reading, "yes")) === "consumed";
  });

  await job.connection.closed;
  assert.match(textOf(job.received), /answer yes/);
});

test("an answer to a read that was interrupted and continued without output is typed into the later one", async (t) => {
  const { job, first, returnToRead } = await holdAway(t);
  const second = await returnToRead();

  assert.notEqual(second.readId, first.readId);
  assert.equal(second.sinceReadId, first.readId);
  assert.equal(await job.type(first, "yes"), "consumed");
  await job.connection.closed;
  assert.match(textOf(job.received), /answer yes/);
});

test("a reader that called exec() during a check is recognised after a signal", async (t) => {
  // With this many children, a check takes longer than exec() and a question.
  const { first, returnToRead } = await holdAway(t, (asks) => ({
    script: `for child in $(seq 300); do sleep 60 & done
     exec perl -e '$| = 1; print "started\n"; select undef, undef, undef, 0.005; exec "sh", "-c", $ENV{ASKS}'`,
    env: { PATH: "/usr/bin:/bin", ASKS: asks },
  }));

  const second = await returnToRead();

  assert.equal(second.sinceReadId, first.readId);
});

test("a reader that stays out of its read until the answer times out starts a new read afterwards", async (t) => {
  const { job, first, returnToRead } = await holdAway(t);

  assert.equal(await job.type(first, "too early"), "not_reading");
  const second = await returnToRead();

  assert.equal(second.sinceReadId, second.readId, "the question of the first read must be asked again");
  assert.equal(await job.type(first, "late", { id: "late" }), "not_reading");
  assert.equal(await job.type(second, "yes"), "consumed");
  await job.connection.closed;
  assert.match(textOf(job.received), /answer yes/);
});

for (const { how, wait } of [
  { how: "read", wait: "sysread STDIN, $line, 100" },
  { how: "poll", wait: 'vec($r = "", 0, 1) = 1; select($r, undef, undef, undef); sysread STDIN, $line, 100' },
]) {
  test(`after exec() the new program does not receive the answer to the question of the old one (${how})`, async (t) => {
    const job = await holdScript(
      t,
      `exec perl -e '$other = q(${wait}; print "other: $line"); $SIG{USR1} = sub { exec "perl", "-e", $other };
        $| = 1; print "q? "; ${wait}; print "answer $line"'`,
    );
    const first = await job.untilReading("q? ");
    assert.equal(first.how, how);

    process.kill(first.pid, "SIGUSR1");
    const second = await until("the other program's read", () => {
      const open = job.received.reading;
      return open !== null && open.readId !== first.readId ? open : null;
    });

    assert.equal(second.pid, first.pid);
    assert.equal(second.sinceReadId, second.readId);
    assert.equal(await job.type(first, "to the first"), "not_reading");
  });
}
