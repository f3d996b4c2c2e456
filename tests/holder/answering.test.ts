// Answers are typed once, and only into the read that they are for.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { findHolder } from "../../holder/client/find-holder.ts";
import { until } from "../support/until.ts";
import type { Typed } from "../../holder/protocol/messages.ts";
import { follow, holdScript, inputsOf, isAlive, textOf } from "./held-job.ts";

test("a question is found, answered once, and the job ends with its exit code", async (t) => {
  const job = await holdScript(t, "printf 'Continue? '; read answer; echo got $answer; exit 3");
  const reading = await job.untilReading("Continue? ");

  const result = await job.type(reading, "yes");

  assert.equal(result, "consumed");
  assert.deepEqual(await job.connection.closed, { reason: "ended" });
  assert.match(textOf(job.received), /Continue\? yes\r\ngot yes\r\n$/);
  assert.deepEqual(job.received.records.at(-1)?.kind, "exit", "the exit record is the last one");
  const holder = await findHolder(job.dataDir, 1);
  assert.deepEqual(holder.state === "ended" ? holder.exit : holder, {
    exitCode: 3,
    signal: null,
    failure: null,
  });
  await until("the holder to exit", () => !isAlive(job.holderPid));
});

test("the position of a read is after everything the program wrote before it began to read", async (t) => {
  const job = await holdScript(t, "seq 1 20000; printf 'last words: '; read answer");
  const reading = await job.untilReading("last words: ");

  const before = job.received.records.filter((record) => record.next <= reading.position);

  const text = Buffer.concat(before.flatMap((record) => (record.kind === "output" ? [record.bytes] : [])));
  assert.ok(text.toString().endsWith("20000\r\nlast words: "), "the position is before the question");
});

test("of two orders for one read, one is typed and the other gets not_reading", async (t) => {
  const job = await holdScript(t, "printf 'one? '; read a; echo a=$a; printf 'two? '; read b; echo b=$b");
  const reading = await job.untilReading("one? ");

  const results = await Promise.all([
    job.type(reading, "first", { id: "i1" }),
    job.type(reading, "second", { id: "i2" }),
  ]);

  assert.deepEqual(results, ["consumed", "not_reading"]);
  await job.untilReading("two? ");
  assert.deepEqual(
    inputsOf(job.received).map((input) => input.interactionId),
    ["i1"],
  );
  assert.match(textOf(job.received), /a=first/);
});

test("the same interaction ordered again, at once or later, is typed once", async (t) => {
  const job = await holdScript(t, "read a; echo a=$a; read b; echo b=$b");
  const reading = await job.untilReading();

  const results = await Promise.all([
    job.type(reading, "x", { id: "i" }),
    job.type(reading, "x", { id: "i" }),
  ]);
  const second = await until("the second read", () =>
    job.received.reading !== null && job.received.reading.readId > reading.readId
      ? job.received.reading
      : null,
  );
  const later = await job.connection.type({
    interactionId: "i",
    readId: second.readId,
    text: "x",
    secret: false,
    by: "tester",
  });

  // The second may reach the holder when the first has been executed.
  assert.equal(results[0], "consumed");
  assert.equal(results[1], "consumed");
  assert.deepEqual([later.result, later.isRepeat], ["consumed", true]);
  assert.equal(inputsOf(job.received).length, 1);
});

test("an order gets its own result, not that of an earlier order for the same interaction", async (t) => {
  const job = await holdScript(t, "read a; echo a=$a; read b");
  const reading = await job.untilReading();
  const order = { interactionId: "i", readId: reading.readId, text: "x", secret: false, by: "tester" };
  const answers: Promise<Typed>[] = [];
  const { connection } = await follow(job.dataDir, 1, {
    onRecord(record) {
      // The answer to the first order follows this record immediately.
      if (record.kind === "note" && record.note.what === "typed") answers.push(connection.type(order));
    },
  });
  t.after(() => connection.close());

  answers.unshift(connection.type(order));

  await until("the second order", () => answers.length === 2);
  const results = (await Promise.all(answers)).map(({ result, isRepeat }) => [result, isRepeat]);
  assert.deepEqual(results, [
    ["consumed", false],
    ["consumed", true],
  ]);
});

test("a secret is typed only while the echo is off, and is in no file of the job", async (t) => {
  const job = await holdScript(
    t,
    "printf 'Name: '; read name; stty -echo; printf 'Password: '; read word; stty echo; echo; echo length ${#word}",
  );
  const name = await job.untilReading("Name: ");
  assert.equal(name.mode, "line");
  assert.equal(await job.type(name, "hunter2-secret", { secret: true }), "echo_on");
  assert.equal(await job.type(name, "me"), "consumed");
  const password = await until(
    "the hidden read",
    () => job.received.reading?.mode === "secret" && job.received.reading,
  );

  assert.equal(await job.type(password, "hunter2-secret", { secret: true }), "consumed");

  await job.connection.closed;
  assert.match(textOf(job.received), /length 14/);
  assert.deepEqual(inputsOf(job.received).at(-1), { interactionId: "i2", text: null, by: "tester" });
  for (const file of ["journal", "holder.json"]) {
    assert.ok(!readFileSync(`${job.directory}/${file}`).includes("hunter2"), `${file} holds the secret`);
  }
});

test("a text with a second line or a control key is rejected", async (t) => {
  const job = await holdScript(t, "read a; echo a=$a");
  const reading = await job.untilReading();

  for (const text of ["y\ny", "y\r", "\u0003", "a\u0004", "a\u007f", "\u0085", "x".repeat(4095), "\ud800"]) {
    assert.equal(await job.type(reading, text), "invalid", JSON.stringify(text.slice(0, 10)));
  }
  assert.equal(inputsOf(job.received).length, 0);
  assert.equal(await job.type(reading, "ü".repeat(2047)), "consumed", "4094 bytes fit in a line");
});

test("nothing is typed while no process reads", async (t) => {
  const job = await holdScript(
    t,
    "printf 'A question? '; sleep 0.2; read a; echo; printf 'busy: '; sleep 60",
  );
  const reading = await job.untilReading("A question? ");
  assert.equal(await job.type({ ...reading, readId: 99 }, "y"), "not_reading");
  await job.type(reading, "y");
  await until(
    "the end of the read",
    () => job.received.reading === null && textOf(job.received).includes("busy: "),
  );

  assert.equal(await job.type(reading, "y", { id: "late" }), "not_reading");
});

test("input that the program does not read is discarded, so that it cannot answer a later question", async (t) => {
  // Waits for input, does not read it, and asks another question when it was discarded (0x541b: FIONREAD).
  const job = await holdScript(
    t,
    `printf 'one? '
     perl -e 'vec($r, 0, 1) = 1; select($r, undef, undef, undef);
       do { select undef, undef, undef, 0.05; ioctl STDIN, 0x541b, $left = pack "i", 0 } while unpack "i", $left'
     printf 'two? '; read a; echo a=$a`,
  );
  const reading = await job.untilReading("one? ");
  assert.equal(reading.how, "poll");

  const result = await job.type(reading, "stale");

  assert.equal(result, "not_consumed");
  assert.equal(await job.type(await job.untilReading("two? "), "fresh"), "consumed");
  await job.connection.closed;
  assert.match(textOf(job.received), /a=fresh/);
});

test("a program that polls continuously asks each question in a separate read", async (t) => {
  const job = await holdScript(t, "", {
    argv: [
      process.execPath,
      "-e",
      `process.stdout.write("q0? "); let n = 0;
      process.stdin.on("data", (line) => { n += 1; process.stdout.write("got " + line + "q" + n + "? "); if (n === 4) process.exit(0); });`,
    ],
  });
  const ids: number[] = [];

  const untilAsked = (n: number) =>
    until("a new read", () => {
      const open = job.received.reading;
      return textOf(job.received).includes(`q${n}? `) && open !== null && !ids.includes(open.readId)
        ? open
        : null;
    });

  for (const n of [0, 1, 2]) {
    const reading = await untilAsked(n);
    ids.push(reading.readId);
    assert.equal(await job.type(reading, `answer ${n}`), "consumed");
    assert.equal(await job.type(reading, "again", { id: `again ${n}` }), "not_reading");
  }
  assert.equal(await job.type(await untilAsked(3), "the last"), "consumed");

  assert.deepEqual(await job.connection.closed, { reason: "ended" });
  assert.match(textOf(job.received), /got answer 0[^]*got answer 1[^]*got answer 2/);
});

test("an answer is not typed into the next question of a polling program, however late the holder receives that question", async (t) => {
  const place = mkdtempSync(join(tmpdir(), "place-"));
  t.after(() => rmSync(place, { recursive: true }));
  // Asks another question as soon as a file exists, confirms it in another file, and keeps polling.
  const job = await holdScript(
    t,
    `exec perl -e '$| = 1; print "one? "; my $asked = 0; for (;;) {
      vec(my $r = "", 0, 1) = 1;
      if (select($r, undef, undef, 0.02)) { sysread STDIN, $line, 100; print "answer $line"; exit }
      if (!$asked && -e "$ENV{PLACE}/ask") { print "two? "; $asked = 1 }
      elsif ($asked == 1) { open my $f, ">", "$ENV{PLACE}/asked"; $asked = 2 }
    }'`,
    { env: { PATH: "/usr/bin:/bin", PLACE: place } },
  );
  const first = await job.untilReading("one? ");
  assert.equal(first.how, "poll");

  // The holder is suspended for a while, and receives the order before the output.
  process.kill(job.holderPid, "SIGSTOP");
  const late = job.type(first, "to the first");
  writeFileSync(join(place, "ask"), "");
  await until("the second question", () => existsSync(join(place, "asked")));
  process.kill(job.holderPid, "SIGCONT");

  assert.equal(await late, "not_reading");
  const second = await job.untilReading("two? ");
  assert.notEqual(second.sinceReadId, first.readId);
  assert.equal(await job.type(second, "to the second", { id: "second" }), "consumed");
});

test("a single key is typed unchanged, a line for a line editor gets its own line end, and a key that sends a signal is rejected", async (t) => {
  const job = await holdScript(
    t,
    "stty -icanon; printf 'key? '; dd bs=1 count=1 2>/dev/null; echo; stty icanon; read a; echo a=$a",
  );
  const reading = await job.untilReading("key? ");
  assert.equal(reading.mode, "key");

  for (const text of ["", "\u0003", "\u001a", "a text with a\u001b in it", "x".repeat(4098)]) {
    assert.equal(await job.type(reading, text), "invalid", JSON.stringify(text));
  }
  assert.equal(await job.type(reading, " ", { id: "key" }), "consumed");

  const line = await until("the line", () =>
    job.received.reading?.mode === "line" ? job.received.reading : null,
  );
  assert.equal(await job.type(line, "", { id: "empty" }), "consumed", "an empty line is an answer: Enter");
  await job.connection.closed;
  assert.match(textOf(job.received), /a=\r\n$/);
});

test("the end of input is typed for a program that reads until the end of input, and never while the echo is off", async (t) => {
  const job = await holdScript(
    t,
    "stty -echo; printf 'hidden? '; read a; stty echo; printf 'text? '; cat; echo end",
  );
  const hidden = await job.untilReading("hidden? ");
  assert.equal(await job.type(hidden, "\u0004", { id: "hidden" }), "invalid");
  assert.equal(await job.type(hidden, "a", { id: "answer" }), "consumed");

  assert.equal(await job.type(await job.untilReading("text? "), "some text", { id: "text" }), "consumed");
  assert.equal(
    await job.type(await job.untilReading("some text\r\nsome text"), "\u0004", { id: "end" }),
    "consumed",
  );

  await job.connection.closed;
  assert.match(textOf(job.received), /some text\r\nsome text\r\nend\r\n$/);
});
