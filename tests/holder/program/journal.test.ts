import assert from "node:assert/strict";
import koffi from "koffi";
import { createFrameReader, RECORD, decodeRecord } from "../../../holder/protocol/frames.ts";
import { spawnSync } from "node:child_process";
import { closeSync, openSync, readdirSync, readlinkSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { NotARecord, readJournal } from "../../../holder/protocol/journal-reader.ts";
import { createJournal, type Journal } from "../../../holder/program/journal.ts";
import type { HolderRecord } from "../../../holder/protocol/messages.ts";
import { makeDataDir } from "../held-job.ts";

type Opened = {
  journal: Journal;
  directory: string;
  path: string;
  errors: (string | null)[];
};

function openJournal(t: TestContext, options: { unsavedBytesMax?: number } = {}): Opened {
  const directory = makeDataDir(t);
  const path = join(directory, "journal");
  const errors: (string | null)[] = [];
  const journal = createJournal(path, { onError: (message) => errors.push(message), ...options });
  t.after(() => journal.close());
  return { journal, directory, path, errors };
}

/** Returns what a client receives from a position to the end. */
function readAll(journal: Journal, from = 0): HolderRecord[] {
  const reader = createFrameReader();
  const records: HolderRecord[] = [];
  for (let position = from; position < journal.end;) {
    const { frames, next } = journal.read(position);
    assert.ok(next > position, "a read that makes no progress");
    for (const frame of reader.push(frames)) {
      const record = decodeRecord(frame);
      assert.ok(record !== undefined);
      records.push(record);
    }
    position = next;
  }
  return records;
}

const outputOf = (records: HolderRecord[]): string =>
  Buffer.concat(records.flatMap((record) => (record.kind === "output" ? [record.bytes] : []))).toString();

test("records are read as they were appended, and each has the position of the next one", (t) => {
  const { journal, directory } = openJournal(t);
  journal.appendOutput(Buffer.from("héllo"), 1000.5);
  journal.append(RECORD.input, { interactionId: "7", text: "yes", by: "me" }, 1001);
  journal.appendOutput(Buffer.alloc(200_000, "x"));
  journal.append(RECORD.exit, { exitCode: 0, signal: null, failure: null });

  const records = [...readJournal(directory, 0)];

  assert.deepEqual(records, readAll(journal));
  assert.equal(records[0]?.at, 1000.5);
  assert.deepEqual(
    records.map((record) => record.kind),
    ["output", "input", "output", "output", "output", "output", "exit"],
  );
  assert.equal(outputOf(records), `héllo${"x".repeat(200_000)}`);
  for (const [index, record] of records.entries()) {
    assert.equal(record.next, records[index + 1]?.position ?? journal.end);
    assert.deepEqual([...readJournal(directory, record.next)], records.slice(index + 1));
  }
});

test("a position inside a record is rejected", (t) => {
  const { journal, directory } = openJournal(t);
  journal.appendOutput(Buffer.alloc(1000, 1));

  assert.throws(() => journal.read(5), NotARecord);
  assert.throws(() => journal.read(500), NotARecord);
  assert.throws(() => [...readJournal(directory, 40)], NotARecord);
  assert.throws(() => journal.read(5000), NotARecord);
});

test("a journal whose last record is truncated ends before it", (t) => {
  const { journal, directory, path } = openJournal(t);
  journal.appendOutput(Buffer.from("whole"));
  const end = journal.end;
  journal.appendOutput(Buffer.from("cut off"));

  for (const length of [journal.end - 1, end + 20, end + 19, end + 1]) {
    truncateSync(path, length);
    assert.equal(outputOf([...readJournal(directory, 0)]), "whole");
  }
  truncateSync(path, end);
  truncateSync(path, end + 500);
  assert.equal(outputOf([...readJournal(directory, 0)]), "whole", "zeros are not a record");
});

// A limit on file sizes simulates a full disk for one process. The SIGXFSZ that it causes is ignored.
process.on("SIGXFSZ", () => undefined);
const canLimit = spawnSync("prlimit", ["--version"]).status === 0;
const limited = { skip: canLimit ? false : "prlimit is not installed" };

function limitFiles(bytes: number | "unlimited"): void {
  const { status, stderr } = spawnSync("prlimit", ["--pid", String(process.pid), `--fsize=${bytes}:`]);
  assert.equal(status, 0, stderr.toString());
}

test(
  "while the disk is full all records are served from memory, and saved when there is space again",
  limited,
  (t) => {
    const { journal, directory, errors } = openJournal(t);
    t.after(() => limitFiles("unlimited"));
    journal.appendOutput(Buffer.from("on the disk,"));
    limitFiles(journal.end + 30);
    // Half of this record still fits.
    journal.appendOutput(Buffer.from("half of it on the disk,"));
    journal.append(RECORD.input, { interactionId: "1", text: "y", by: "me" });
    journal.appendOutput(Buffer.from("in memory"));

    assert.equal(outputOf(readAll(journal)), "on the disk,half of it on the disk,in memory");
    assert.equal(outputOf([...readJournal(directory, 0)]), "on the disk,");
    assert.equal(journal.sync(), false);
    assert.equal(errors.length, 1);
    assert.match(errors[0] ?? "", /EFBIG/);

    limitFiles("unlimited");
    assert.equal(journal.sync(), true);
    assert.deepEqual([...readJournal(directory, 0)], readAll(journal));
    assert.equal(outputOf(readAll(journal)), "on the disk,half of it on the disk,in memory");
    assert.deepEqual(errors.at(-1), null);
  },
);

test(
  "output that does not fit into memory either leaves a gap of its length; records of input and signals are kept",
  limited,
  (t) => {
    const { journal, directory, path } = openJournal(t, { unsavedBytesMax: 100_000 });
    t.after(() => limitFiles("unlimited"));
    journal.appendOutput(Buffer.from("first"));
    limitFiles(journal.end);
    for (let round = 0; round < 10; round += 1) {
      journal.append(RECORD.input, { interactionId: String(round), text: "y", by: "me" });
      for (let piece = 0; piece < 10; piece += 1) {
        journal.appendOutput(Buffer.alloc(5000, String(round)));
      }
    }
    const { end } = journal;

    const inMemory = readAll(journal);
    limitFiles("unlimited");
    assert.equal(journal.sync(), true);
    journal.append(RECORD.exit, { exitCode: 0, signal: null, failure: null });
    const onDisk = [...readJournal(directory, 0)];

    const lost = inMemory.reduce((sum, record) => sum + (record.kind === "gap" ? record.lostBytes : 0), 0);
    assert.ok(lost > 400_000 && lost < 450_000, `${lost} bytes are reported as lost`);
    assert.deepEqual(
      inMemory.flatMap((record) => (record.kind === "input" ? [record.input.interactionId] : [])),
      ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
    );
    assert.equal(journal.end > end, true);
    assert.deepEqual(
      onDisk.slice(0, -1).map((record) => ({ ...record, at: 0 })),
      inMemory.map((record) => ({ ...record, at: 0 })),
    );
    for (const [index, record] of onDisk.entries()) {
      assert.equal(record.next, onDisk[index + 1]?.position ?? journal.end, "a position has changed");
    }
    assert.ok(statSync(path).blocks * 512 < 250_000, "the gap uses disk space");
  },
);

test("a disk that accepts writes but fails to sync is an error until a sync succeeds", (t) => {
  const { journal, path, errors } = openJournal(t);
  journal.appendOutput(Buffer.from("written"));
  const fd = Number(readdirSync("/proc/self/fd").find((each) => linkOf(each) === path));
  const [unsafe, safe] = [openSync("/dev/null", "r+"), openSync(path, "r+")];
  t.after(() => [unsafe, safe].forEach(closeSync));

  dup2(unsafe, fd);
  assert.equal(journal.sync(), false);
  dup2(safe, fd);
  assert.equal(journal.sync(), true);

  assert.deepEqual(
    errors.map((error) => error?.slice(0, 6)),
    ["EINVAL", undefined],
  );
});

const dup2 = koffi.load(null).func("dup2", "int", ["int", "int"]);

function linkOf(fd: string): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return undefined; // the descriptor of the directory listing
  }
}
