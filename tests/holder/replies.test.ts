// Terminal replies to queries of a program: typed at once, only once, and never in place of an answer.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../support/until.ts";
import { holdScript, inputsOf, notesOf, TEST_EPOCH, follow, textOf, type HeldJob } from "./held-job.ts";

const skip = spawnSync("which", ["python3"]).status === 0 ? false : "python3 is not installed";
const QUERY = "\x1b[6n";
const REPLY = "\x1b[2;1R";

const python = (t: TestContext, script: string): Promise<HeldJob> =>
  holdScript(t, "", { argv: ["python3", "-u", "-c", script] });

/** Queries the cursor position in raw mode, then reads a line. */
const ASKS = `
import os, termios, tty
old = termios.tcgetattr(0); print("measuring")
def ask():
    tty.setraw(0); os.write(1, b"\\x1b[6n"); b = b""
    while not b.endswith(b"R"): b += os.read(0, 1)
    termios.tcsetattr(0, termios.TCSADRAIN, old); print("cursor", b)
`;

/** The end of the record that contains the query. */
function placeOf(job: HeldJob, count = 1): Promise<number> {
  return until("the query", () => {
    const queries = job.received.records.filter(
      (record) => record.kind === "output" && record.bytes.includes(QUERY),
    );
    return queries[count - 1]?.next;
  });
}

const untilText = (job: HeldJob, text: string): Promise<boolean> =>
  until(`${JSON.stringify(text)} in ${JSON.stringify(textOf(job.received))}`, () =>
    textOf(job.received).includes(text),
  );

test(
  "a query of a program gets a reply, which is journaled as a reply and not as an answer",
  { skip },
  async (t) => {
    const job = await python(t, `${ASKS}\nask(); print("name", input("Name: "))`);
    const position = await placeOf(job);

    job.connection.reply({ position, text: REPLY });

    await untilText(job, "cursor b'\\x1b[2;1R'");
    const reading = await until("the question", () =>
      job.received.facts.findLast((fact) => fact?.mode === "line"),
    );
    assert.equal(await job.type(reading, "alice"), "consumed");
    await job.connection.closed;
    assert.match(textOf(job.received), /name alice/);
    assert.deepEqual(
      inputsOf(job.received).map(({ text }) => text),
      ["alice"],
    );
    assert.deepEqual(
      notesOf(job.received).filter(({ what }) => what === "replied"),
      [{ what: "replied", position, text: REPLY }],
    );
  },
);

test("each query gets one reply, even if another worker processes it again", { skip }, async (t) => {
  const job = await python(
    t,
    `${ASKS}\nask(); tty.setraw(0); os.write(1, b"keys?"); print("next", os.read(0, 100))`,
  );
  const position = await placeOf(job);
  job.connection.reply({ position, text: REPLY });
  job.connection.reply({ position, text: REPLY });
  await untilText(job, "cursor");

  const again = await follow(job.dataDir, 1, { epoch: TEST_EPOCH + 1 });
  t.after(() => again.connection.close());
  again.connection.reply({ position, text: REPLY });
  await again.connection.ping();
  const reading = await until("the next read", () => {
    const asked = again.received.records.find(
      (record) => record.kind === "output" && record.bytes.includes("keys?"),
    );
    const open = again.received.reading;
    return asked !== undefined && open !== null && open.position >= asked.next ? open : undefined;
  });
  const typed = await again.connection.type({
    interactionId: "next",
    readId: reading.readId,
    text: "k",
    secret: false,
    by: "tester",
  });

  assert.equal(typed.result, "consumed");
  await again.connection.closed;
  assert.match(textOf(again.received), /next b'k'/);
});

test("a reply is never typed into a question for a line", { skip }, async (t) => {
  const job = await python(t, `import os\nos.write(1, b"\\x1b[6n"); print("name", repr(input("Name: ")))`);
  const position = await placeOf(job);
  const reading = await job.untilReading("Name: ");

  job.connection.reply({ position, text: REPLY });
  await job.connection.ping();

  assert.equal(await job.type(reading, "alice"), "consumed");
  await job.connection.closed;
  assert.match(textOf(job.received), /name 'alice'/);
});

test("a reply to an old query is not typed into the current read", { skip }, async (t) => {
  const job = await python(
    t,
    `import os, time, tty\nos.write(1, b"\\x1b[6n"); time.sleep(2.5); tty.setraw(0); os.write(1, b"keys?"); print("got", os.read(0, 100))`,
  );
  const position = await placeOf(job);
  const reading = await job.untilReading("keys?");

  job.connection.reply({ position, text: REPLY });
  await sleep(100);

  assert.equal(await job.type(reading, "k"), "consumed");
  await job.connection.closed;
  assert.match(textOf(job.received), /got b'k'/);
});

test("a text that is not a terminal reply is not typed as one", { skip }, async (t) => {
  const job = await python(t, `${ASKS}\nask()`);
  const position = await placeOf(job);

  for (const [index, text] of ["y\r", "\x1b[1R\r", "\x03", "\x1b[1R\n", ""].entries()) {
    job.connection.reply({ position: position - 10 + index, text });
  }
  job.connection.reply({ position, text: REPLY });

  await job.connection.closed;
  assert.match(textOf(job.received), /cursor b'\\x1b\[2;1R'/);
});
