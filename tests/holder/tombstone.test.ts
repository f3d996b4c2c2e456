// What may be removed from a job's directory, by what is known of the job.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { findHolder } from "../../holder/client/find-holder.ts";
import { type HolderFile, writeHolderFile } from "../../holder/protocol/job-directory.ts";
import { Journal } from "../../holder/program/journal.ts";
import { RECORD } from "../../holder/protocol/frames.ts";
import { readStat, readBootId } from "../../holder/protocol/proc.ts";
import { hasRemains, leaveTombstone } from "../../holder/client/tombstone.ts";
import { makeDataDir } from "./held-job.ts";

const EXIT = { exitCode: 7, signal: null, failure: null };
const END = { until: "end", exit: EXIT, at: 99 } as const;

/** A job of a holder that is gone, with two lines of output and what was done with it. */
function aJob(t: TestContext, options: { exits?: boolean; file?: Partial<HolderFile> } = {}) {
  const dataDir = makeDataDir(t);
  const directory = join(dataDir, "jobs", "1");
  mkdirSync(directory, { recursive: true });
  writeHolderFile(directory, {
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
  const journal = new Journal(join(directory, "journal"), { onFault: () => undefined });
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

test("a tombstone that did not say the end learns it from the journal before that goes", async (t) => {
  const { dataDir } = aJob(t, { exits: true });
  assert.equal(await leaveTombstone(dataDir, 1, { ...END, exit: { ...EXIT, exitCode: 8 } }), "removed");
  const holder = await findHolder(dataDir, 1);
  assert.deepEqual(holder.state === "ended" && holder.exit, EXIT);
  assert.ok(!hasRemains(dataDir, 1));
});

test("an end that the disk never took, and the database did, is written into the tombstone", async (t) => {
  const { dataDir } = aJob(t);
  assert.equal(await leaveTombstone(dataDir, 1, END), "removed");
  const holder = await findHolder(dataDir, 1);
  assert.deepEqual(holder.state === "ended" && [holder.exit, holder.endedAt], [EXIT, 99]);
});

test("as long as the holder has not said how the job ended, nothing is removed", async (t) => {
  const holder = spawn("sleep", ["60"]);
  t.after(() => holder.kill());
  const pid = holder.pid ?? 0;
  const startTicks = readStat(pid)?.startTicks ?? 0;
  const { dataDir, hasJournal } = aJob(t, { file: { pid, startTicks, bootId: readBootId() } });
  assert.equal(await leaveTombstone(dataDir, 1, END), "later");
  assert.ok(hasJournal());
  assert.ok(existsSync(join(dataDir, "jobs/1/socket")));
});

test("of a job without an end the journal goes when all its output is stored, and only then", async (t) => {
  const { dataDir, afterOne, afterTwo, hasJournal } = aJob(t);
  const here = (journalEnd: number, journalSkip = 0) =>
    leaveTombstone(dataDir, 1, { until: "here", journalEnd, journalSkip });
  assert.equal(await here(0), "kept");
  assert.equal(await here(afterOne), "kept");
  assert.equal(await here(afterOne, 3), "kept");
  assert.equal(await here(afterOne + 1), "kept", "no place in the journal at all");
  assert.ok(hasJournal());
  assert.equal(await here(afterTwo), "removed");
  assert.equal((await findHolder(dataDir, 1)).state, "dead", "nobody knows how it ended");
  assert.equal(await here(afterTwo), "removed", "twice is once");
});

test("a journal that cannot be read to its last byte stays, until nobody wants it any more", async (t) => {
  const cut = aJob(t);
  truncateSync(cut.path, cut.afterTwo + 5);
  const torn = aJob(t);
  appendFileSync(torn.path, "nothing that was ever a record, and longer than a header");
  for (const { dataDir, afterTwo, hasJournal } of [cut, torn]) {
    const here = { until: "here", journalEnd: afterTwo, journalSkip: 0 } as const;
    assert.equal(await leaveTombstone(dataDir, 1, here), "kept");
    assert.ok(hasJournal());
    assert.equal(await leaveTombstone(dataDir, 1, { until: "nowhere" }), "removed");
    assert.ok(!hasJournal());
  }
});

test("a job that nobody ever took leaves nothing to remove", async (t) => {
  assert.equal(await leaveTombstone(makeDataDir(t), 1, END), "removed");
});
