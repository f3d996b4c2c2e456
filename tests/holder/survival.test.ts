import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { connect } from "node:net";
import { fileURLToPath } from "node:url";
import { test, type TestContext } from "node:test";
import { connectHolder } from "../../holder/client/connect.ts";
import { findHolder } from "../../holder/client/find-holder.ts";
import { readJournal } from "../../holder/protocol/journal-reader.ts";
import { encodeFrame, FRAME } from "../../holder/protocol/frames.ts";
import { until } from "../support/until.ts";
import { follow, holdScript, isAlive, makeDataDir, textOf } from "./held-job.ts";

const program = fileURLToPath(new URL("./worker-program.ts", import.meta.url));

type Worker = {
  process: ChildProcess;
  dataDir: string;
  holderPid: number;
};

/** Starts a worker in a separate process, with a job if there is a script. */
async function startWorker(t: TestContext, script = "", followed = false): Promise<Worker> {
  const dataDir = makeDataDir(t);
  const child = spawn(process.execPath, [program, dataDir, script, followed ? "follow" : ""], {
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(() => child.kill("SIGKILL"));
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const { holderPid } = JSON.parse(line.toString()) as { holderPid: number };
  t.after(() => {
    if (isAlive(holderPid)) {
      process.kill(holderPid, "SIGKILL");
    }
  });
  return { process: child, dataDir, holderPid };
}

for (const signal of ["SIGKILL", "SIGTERM", "SIGHUP", "SIGINT"] as const) {
  test(`a job survives a worker that is ended by ${signal}, and its question keeps its identity`, async (t) => {
    const worker = await startWorker(t, "echo begun; printf 'q? '; read a; echo a=$a", true);
    const before = await follow(worker.dataDir, 1, {});
    const asked = await until("the read", () => before.received.reading);
    before.connection.close();

    // To the whole group, as a service manager or a terminal does.
    process.kill(-(worker.process.pid ?? 0), signal);
    await until(
      "the worker to exit",
      () => worker.process.exitCode !== null || worker.process.signalCode !== null,
    );
    const after = await follow(worker.dataDir, 1, { epoch: 6 });
    const still = await until("the read", () => after.received.reading);

    assert.equal(still.readId, asked.readId);
    assert.equal(still.position, asked.position);
    const order = { interactionId: "i", readId: still.readId, text: "y", secret: false, by: "t" };
    assert.equal((await after.connection.type(order)).result, "consumed");
    assert.deepEqual(await after.connection.closed, { reason: "ended" });
    assert.equal(textOf(after.received), "begun\r\nq? y\r\na=y\r\n");
  });
}

test("a spare without a job exits with its worker", async (t) => {
  const worker = await startWorker(t);
  assert.ok(isAlive(worker.holderPid));

  worker.process.kill("SIGKILL");

  await until("the spare to exit", () => !isAlive(worker.holderPid));
});

test("a client that reconnects at a position receives every byte once", async (t) => {
  const job = await holdScript(
    t,
    "for i in $(seq 1 60); do seq $((i * 100)) $((i * 100 + 99)); sleep 0.02; done",
  );
  job.connection.close();
  let position = 0;
  const bytes: Buffer[] = [];

  for (let turns = 0; ; turns += 1) {
    assert.ok(turns < 10_000, "the end was never reported");
    let left = 1 + (turns % 4);
    const { connection } = await follow(job.dataDir, 1, {
      fromPosition: position,
      onRecord(record) {
        position = record.next;
        if (record.kind === "output") {
          bytes.push(record.bytes);
        }
        left -= 1;
        if (left === 0) {
          connection.close();
        }
      },
    });
    if ((await connection.closed).reason === "ended") {
      break;
    }
  }

  const expected = Array.from({ length: 6000 }, (_, index) => `${index + 100}\r\n`).join("");
  assert.equal(Buffer.concat(bytes).toString(), expected);
});

test("when the holder is killed its journal stays readable, and the job is found dead", async (t) => {
  const job = await holdScript(t, "echo said; read a");
  await job.untilReading("said");

  process.kill(job.holderPid, "SIGKILL");

  // The connection breaks first; until the process is reaped it still counts as alive.
  const { reason } = await job.connection.closed;
  assert.ok(reason === "dead" || reason === "lost", reason);
  await until("the holder to be found dead", async () => (await findHolder(job.dataDir, 1)).state === "dead");
  const again = await connectHolder(job.dataDir, 1, { epoch: 1, fromPosition: 0, onRecord: () => undefined });
  assert.deepEqual(await again.closed, { reason: "dead" });
  await until("the command to exit", () => !isAlive(job.childPid));
  const output = [...readJournal(job.directory, 0)].flatMap((record) =>
    record.kind === "output" ? [record.bytes] : [],
  );
  assert.equal(Buffer.concat(output).toString(), "said\r\n");
});

test("a client that connects after the end receives everything from the journal", async (t) => {
  const job = await holdScript(t, "echo one; echo two; exit 9");
  await job.connection.closed;
  await until("the holder to exit", () => !isAlive(job.holderPid));

  const late = await follow(job.dataDir, 1, {});

  assert.equal(late.connection.attached, undefined);
  assert.deepEqual(await late.connection.closed, { reason: "ended" });
  assert.equal(textOf(late.received), "one\r\ntwo\r\n");
  assert.equal(late.received.records.at(-1)?.kind, "exit");
  assert.ok(!readdirSync(job.directory).includes("socket"), "the socket was not removed");
});

test("a client that reconnects after the last record is closed with reason ended", async (t) => {
  const job = await holdScript(t, "echo one");
  await job.connection.closed;
  await until("the holder to exit", () => !isAlive(job.holderPid));

  const late = await follow(job.dataDir, 1, { fromPosition: job.received.records.at(-1)?.next ?? 0 });

  assert.deepEqual(await late.connection.closed, { reason: "ended" });
  assert.deepEqual(late.received.records, []);
});

test("a client with a higher epoch disconnects the one with a lower epoch, which stays disconnected", async (t) => {
  const job = await holdScript(t, "printf 'q? '; read a; echo a=$a");
  const reading = await job.untilReading("q? ");

  const newer = await follow(job.dataDir, 1, { epoch: 6 });

  assert.deepEqual(await job.connection.closed, { reason: "stale", epoch: 6 });
  await assert.rejects(job.type(reading, "old"), { name: "ConnectionLost" });
  await assert.rejects(follow(job.dataDir, 1, { epoch: 5 }), { name: "ConnectionLost" });
  const order = { interactionId: "n", readId: reading.readId, text: "new", secret: false, by: "t" };
  assert.equal((await newer.connection.type(order)).result, "consumed");
  await newer.connection.closed;
  assert.match(textOf(newer.received), /a=new/);
});

test("a client without a lease cannot give orders", async (t) => {
  const job = await holdScript(t, "printf 'q? '; read a; echo a=$a");
  const reading = await job.untilReading("q? ");
  const watcher = await follow(job.dataDir, 1, { epoch: 0 });
  await until("the watcher to see the question", () => watcher.received.reading);

  const order = { interactionId: "w", readId: reading.readId, text: "w", secret: false, by: "w" };

  await assert.rejects(watcher.connection.type(order), /read-only/);
  assert.equal(await job.type(reading, "y"), "consumed");
});

test("a client that violates the protocol is disconnected without effect on others", async (t) => {
  const job = await holdScript(t, "printf 'q? '; read a; echo a=$a");
  const reading = await job.untilReading("q? ");
  const garbage = [
    Buffer.from("GET / HTTP/1.1\r\nHost: a-host-name-long-enough\r\n\r\n"),
    Buffer.alloc(64, 0xff),
    encodeFrame(FRAME.attach, Buffer.from("not json"), 0),
    encodeFrame(FRAME.attach, Buffer.from(`{"fromPosition":-1,"epoch":9}`), 0),
    encodeFrame(FRAME.attach, Buffer.from(`{"fromPosition":3,"epoch":0}`), 0),
    encodeFrame(FRAME.type, Buffer.from(`{"interactionId":"x","readId":1,"text":"x","by":"x","epoch":9}`), 0),
    encodeFrame(200, Buffer.from("{}"), 0),
  ];

  for (const bytes of garbage) {
    const socket = connect(`${job.directory}/socket`);
    socket.on("error", () => undefined);
    socket.write(bytes);
    socket.resume();
    await once(socket, "close");
  }

  assert.equal(await job.type(reading, "y"), "consumed");
  await job.connection.closed;
  assert.match(textOf(job.received), /a=y/);
});

test("a client that reads nothing delays no other client and uses no memory of the holder", async (t) => {
  const job = await holdScript(
    t,
    "read go; head -c 60000000 /dev/zero | tr '\\0' 'x'; echo; echo end; read a",
  );
  const go = await job.untilReading();
  const lazy = connect(`${job.directory}/socket`);
  lazy.on("error", () => undefined);
  lazy.pause();
  lazy.write(encodeFrame(FRAME.attach, Buffer.from(`{"fromPosition":0,"epoch":0}`), 0));
  t.after(() => lazy.destroy());
  assert.equal(await job.type(go, ""), "consumed");

  await until("the end of the output", () =>
    textOf({ ...job.received, output: job.received.output.slice(-2) }).includes("end"),
  );
  const peakKilobytes = Number(
    /VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${job.holderPid}/status`, "latin1"))?.[1],
  );

  assert.ok(peakKilobytes < 200_000, `the holder grew to ${peakKilobytes} kB`);
  assert.equal(
    job.received.output.reduce((sum, bytes) => sum + bytes.length, 0),
    "\r\n".length + 60_000_000 + "\r\nend\r\n".length,
  );
});

test("a slow client receives all records, in order, at its own pace", async (t) => {
  const job = await holdScript(t, "seq 1 50000");
  const parts: Buffer[] = [];
  let busy = 0;
  const slow = await follow(job.dataDir, 1, {
    epoch: 0,
    async onRecord(record) {
      busy += 1;
      assert.equal(busy, 1, "the next record arrived before this one was processed");
      await new Promise((resolve) => setTimeout(resolve, 2));
      busy -= 1;
      if (record.kind === "output") {
        parts.push(record.bytes);
      }
    },
  });

  assert.deepEqual(await slow.connection.closed, { reason: "ended" });
  const expected = Array.from({ length: 50_000 }, (_, index) => `${index + 1}\r\n`).join("");
  assert.equal(Buffer.concat(parts).toString(), expected);
});

test("the command inherits nothing from the worker: no descriptor, no environment, no signal setting", async (t) => {
  const job = await holdScript(t, "env | sort; grep -E 'Sig(Blk|Ign)' /proc/self/status; echo ready; read a");
  await job.untilReading("ready");

  const links = readdirSync(`/proc/${job.childPid}/fd`).map((fd) =>
    readlinkSync(`/proc/${job.childPid}/fd/${fd}`),
  );

  assert.ok(
    links.every((link) => link.startsWith("/dev/pts/")),
    links.join(" "),
  );
  const text = textOf(job.received);
  assert.deepEqual(
    [...text.matchAll(/^(\w+)=/gm)]
      .map(([, name]) => name)
      .filter((name) => name !== "_" && name !== "OLDPWD"),
    ["LANG", "PATH", "PWD", "TERM"],
  );
  assert.match(text, /SigBlk:\s*0+\r\n/);
  assert.match(text, /SigIgn:\s*0+\r\n/);
});

test("a worker that reconnects is notified that its read has ended", async (t) => {
  const job = await holdScript(t, "printf 'one? '; read a; printf 'busy'; sleep 60");
  const first = await follow(job.dataDir, 1, {});
  const known = await until("the read", () => first.received.reading);
  first.connection.close();
  await first.connection.closed;
  await job.type(known, "y");
  await until("the end of the read", () => job.received.reading === null);

  const over: number[] = [];
  const again = await follow(job.dataDir, 1, { onNotReading: (readId) => over.push(readId) });
  t.after(() => again.connection.close());

  await until("the news", () => over.length > 0);
  assert.ok((over[0] ?? 0) >= known.readId, String(over));
});
