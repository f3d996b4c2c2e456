// What may be removed from a job's directory, depending on what the database has stored of the job.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { findHolder } from "../../../holder/client/find-holder.ts";
import { type HolderFile, writeHolderFile } from "../../../holder/protocol/job-directory.ts";
import { PROTOCOL_VERSION } from "../../../holder/protocol/messages.ts";
import { createJournal } from "../../../holder/program/journal.ts";
import { RECORD } from "../../../holder/protocol/frames.ts";
import { readStat, readBootId } from "../../../holder/protocol/proc.ts";
import { hasMoreThanTombstone, reduceToTombstone } from "../../../holder/client/tombstone.ts";
import { makeDataDir } from "../held-job.ts";

const EXIT = { exitCode: 7, signal: null, failure: null };
const END = { until: "end", exit: EXIT, at: 99 } as const;

/** A job whose holder has exited, with two lines of output. */
function aJob(t: TestContext, options: { exits?: boolean; file?: Partial<HolderFile> } = {}) {
  const dataDir = makeDataDir(t);
  const directory = join(dataDir, "jobs", "1");
  mkdirSync(directory, { recursive: true });
  writeHolderFile(directory, {
    version: PROTOCOL_VERSION,
    jobId: "1",
    pid: 1,
    startTicks: 1,
    bootId: "another boot",
    argv: ["scap"],
    startedAt: 1,
    columns: 160,
    rows: 50,
    childPid: null,
    ended: null,
    ...options.file,
  });
  const journal = createJournal(join(directory, "journal"), { onError: () => undefined });
  journal.appendOutput(Buffer.from("one\n"));
  const afterOne = journal.end;
  journal.appendOutput(Buffer.from("two\n"));
  const afterTwo = journal.end;
  journal.append(RECORD.note, { what: "childExited", exitCode: 7, signal: null });
  if (options.exits === true) journal.append(RECORD.exit, EXIT);
  journal.close();
  writeFileSync(join(directory, "socket"), "");
  const path = join(directory, "journal");
  return { dataDir, path, afterOne, afterTwo, hasJournal: () => existsSync(path) };
}

test("a tombstone without an exit gets it from the journal before the journal is removed", async (t) => {
  const { dataDir } = aJob(t, { exits: true });
  assert.equal(await reduceToTombstone(dataDir, 1, { ...END, exit: { ...EXIT, exitCode: 8 } }), "removed");
  const holder = await findHolder(dataDir, 1);
  assert.deepEqual(holder.state === "ended" && holder.exit, EXIT);
  assert.ok(!hasMoreThanTombstone(dataDir, 1));
});

test("an exit that is in the database but not on the disk is written to the tombstone", async (t) => {
  const { dataDir } = aJob(t);
  assert.equal(await reduceToTombstone(dataDir, 1, END), "removed");
  const holder = await findHolder(dataDir, 1);
  assert.deepEqual(holder.state === "ended" && [holder.exit, holder.endedAt], [EXIT, 99]);
});

test("nothing is removed before the holder has written the exit of the job", async (t) => {
  const holder = spawn("sleep", ["60"]);
  t.after(() => holder.kill());
  const pid = holder.pid ?? 0;
  const startTicks = readStat(pid)?.startTicks ?? 0;
  const { dataDir, hasJournal } = aJob(t, { file: { pid, startTicks, bootId: readBootId() } });
  assert.equal(await reduceToTombstone(dataDir, 1, END), "later");
  assert.ok(hasJournal());
  assert.ok(existsSync(join(dataDir, "jobs/1/socket")));
});

test("the journal of a job without an exit is removed only when all its output is stored", async (t) => {
  const { dataDir, afterOne, afterTwo, hasJournal } = aJob(t);
  const here = (journalEnd: number, journalSkip = 0) =>
    reduceToTombstone(dataDir, 1, { until: "position", journalEnd, journalSkip });
  assert.equal(await here(0), "kept");
  assert.equal(await here(afterOne), "kept");
  assert.equal(await here(afterOne, 3), "kept");
  assert.equal(await here(afterOne + 1), "kept", "no position in the journal");
  assert.ok(hasJournal());
  assert.equal(await here(afterTwo), "removed");
  assert.equal((await findHolder(dataDir, 1)).state, "dead", "the exit is unknown");
  assert.equal(await here(afterTwo), "removed", "the cleanup is idempotent");
});

test("a journal that is not readable to its last byte stays until retention removes its output", async (t) => {
  const cut = aJob(t);
  truncateSync(cut.path, cut.afterTwo + 5);
  const torn = aJob(t);
  appendFileSync(torn.path, "nothing that was ever a record, and longer than a header");
  for (const { dataDir, afterTwo, hasJournal } of [cut, torn]) {
    const here = { until: "position", journalEnd: afterTwo, journalSkip: 0 } as const;
    assert.equal(await reduceToTombstone(dataDir, 1, here), "kept");
    assert.ok(hasJournal());
    assert.equal(await reduceToTombstone(dataDir, 1, { until: "removed" }), "removed");
    assert.ok(!hasJournal());
  }
});

test("a job that was never claimed has nothing to remove", async (t) => {
  assert.equal(await reduceToTombstone(makeDataDir(t), 1, END), "removed");
});
