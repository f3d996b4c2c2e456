// Orders to a holder whose command is not running: each gets a result, because the worker waits for it.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { writeHolderFile } from "../../holder/protocol/job-directory.ts";
import { readBootId, readStat } from "../../holder/protocol/proc.ts";
import { PROTOCOL_VERSION } from "../../holder/protocol/messages.ts";
import { createJournal } from "../../holder/program/journal.ts";
import { journalPath } from "../../holder/protocol/journal-reader.ts";
import { createJobServer } from "../../holder/program/server.ts";
import { follow, makeDataDir, TEST_EPOCH } from "./held-job.ts";

test("while no command runs, an order to type gets not_reading and a signal reaches no process", async (t) => {
  const dataDir = makeDataDir(t);
  const directory = join(dataDir, "jobs", "1");
  mkdirSync(directory, { recursive: true });
  writeHolderFile(directory, {
    version: PROTOCOL_VERSION,
    jobId: "1",
    pid: process.pid,
    startTicks: readStat(process.pid)?.startTicks ?? 0,
    bootId: readBootId(),
    argv: [],
    startedAt: Date.now(),
    columns: 80,
    rows: 25,
    childPid: null,
    ended: null,
  });
  const journal = createJournal(journalPath(directory), { onError: () => undefined });
  const server = createJobServer(journal, {
    epoch: TEST_EPOCH,
    log: () => undefined,
    describe: () => ({ version: PROTOCOL_VERSION, jobId: "1", pid: process.pid, childPid: null }),
  });
  await server.listen(directory);
  const { connection } = await follow(dataDir, 1, {});

  const [typed, signalled] = await Promise.all([
    connection.type({ interactionId: "1", readId: 1, text: "y", secret: false, by: "tester" }),
    connection.signal({ signalId: "2", kind: "interrupt", by: "tester" }),
  ]);

  assert.equal(typed.result, "not_reading");
  assert.deepEqual(signalled, { signalId: "2", count: 0, pids: [] });
  connection.close();
  await server.finish(1000);
  journal.close();
});
