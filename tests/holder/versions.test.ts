// Holder and worker of different versions. The other holder is the same program with another version number.
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { pathToFileURL } from "node:url";
import { HolderNewer } from "../../holder/client/connection-types.ts";
import { connectHolder } from "../../holder/client/connect.ts";
import { findHolder, readHolderFile } from "../../holder/client/find-holder.ts";
import { type HolderRecord, PROTOCOL_VERSION } from "../../holder/protocol/messages.ts";
import { reduceToTombstone } from "../../holder/client/tombstone.ts";
import { until } from "../support/until.ts";
import { launchSpare } from "../../holder/client/launch.ts";
import { follow, isAlive, makeDataDir, orderScript, TEST_EPOCH } from "./held-job.ts";

const ROOT = join(import.meta.dirname, "../..");
const NEXT = PROTOCOL_VERSION + 1;
const isNext = (error: unknown): boolean => error instanceof HolderNewer && error.version === NEXT;

type Edit = { file: string; from: RegExp; to: string };
const NEXT_VERSION: Edit = {
  file: "protocol/messages.ts",
  from: /(?<=const PROTOCOL_VERSION = )\d+/g,
  to: String(NEXT),
};

/** Starts a job in a holder whose program has this edit applied. */
async function holdOther(t: TestContext, { file, from, to }: Edit, script: string) {
  const program = mkdtempSync(join(tmpdir(), "other-holder-"));
  t.after(() => rmSync(program, { recursive: true, force: true }));
  cpSync(join(ROOT, "holder"), join(program, "holder"), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(program, "node_modules"));
  writeFileSync(join(program, "package.json"), JSON.stringify({ type: "module" }));
  const path = join(program, "holder", file);
  const source = readFileSync(path, "utf8");
  assert.match(source, from, "the edit changes nothing");
  writeFileSync(path, source.replaceAll(from, to));

  const dataDir = makeDataDir(t);
  const launcher = (await import(pathToFileURL(join(program, "holder/client/launch.ts")).href)) as {
    launchSpare: typeof launchSpare;
  };
  const started = await launcher.launchSpare({ dataDir }).start(orderScript(script));
  if (!started.started) throw new Error(`not started: ${JSON.stringify(started)}`);
  const directory = join(dataDir, "jobs", "1");
  const journal = join(directory, "journal");
  await until("output", () => readFileSync(journal, "latin1").includes("one"));
  return { dataDir, directory, journal, childPid: started.pid };
}

test("a job of a newer holder is not followed, cleaned up or started again, and keeps running", async (t) => {
  const job = await holdOther(t, NEXT_VERSION, "echo one; read x");
  const options = { epoch: TEST_EPOCH + 1, fromPosition: 0, onRecord: () => undefined };

  assert.deepEqual(await findHolder(job.dataDir, 1), {
    state: "newer",
    directory: job.directory,
    version: NEXT,
  });
  await assert.rejects(connectHolder(job.dataDir, 1, options), isNext);
  const exit = { exitCode: 0, signal: null, failure: null };
  assert.equal(await reduceToTombstone(job.dataDir, 1, { until: "end", exit, at: 1 }), "later");
  assert.ok(existsSync(job.journal));
  const again = await launchSpare(job).start(orderScript("true"));
  assert.equal(again.started === false && again.reason, "already_started");
  assert.ok(isAlive(job.childPid));
});

test("a newer holder without a version in holder.json is recognised by the version in its messages, and left alone", async (t) => {
  const job = await holdOther(t, NEXT_VERSION, "echo one; read x");
  const path = join(job.directory, "holder.json");
  const { version, ...others } = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
  assert.equal(version, NEXT);
  writeFileSync(path, JSON.stringify(others));
  const records: HolderRecord[] = [];
  const onRecord = (record: HolderRecord) => void records.push(record);

  assert.equal((await findHolder(job.dataDir, 1)).state, "newer");
  await assert.rejects(connectHolder(job.dataDir, 1, { epoch: 0, fromPosition: 0, onRecord }), isNext);

  assert.deepEqual(records, []);
  assert.ok(isAlive(job.childPid));
});

test("a holder states its version in holder.json and to each client", async (t) => {
  const dataDir = makeDataDir(t);
  await launchSpare({ dataDir }).start(orderScript("echo one; read x"));

  const { connection } = await follow(dataDir, 1, {});
  t.after(() => connection.close());

  assert.equal(readHolderFile(join(dataDir, "jobs", "1"))?.version, PROTOCOL_VERSION);
  assert.equal(connection.attached?.version, PROTOCOL_VERSION);
});

const MALFORMED: { what: string; edit: Edit; names: RegExp }[] = [
  {
    what: "a read without the terminal's mode",
    edit: { file: "program/read-checks.ts", from: /^ {4}mode,$/gm, to: "" },
    names: /sent a read .*mode/,
  },
  {
    what: "a note on an answer without its result",
    edit: {
      file: "program/hold.ts",
      from: /what: "typed", interactionId, result \}/g,
      to: 'what: "typed", interactionId }',
    },
    names: /sent a note \(typed\) .*result/,
  },
];

for (const { what, edit, names } of MALFORMED) {
  test(`an invalid message of a holder is reported by name: ${what}`, async (t) => {
    const job = await holdOther(t, edit, "echo one; read x; read y");
    const { connection, received } = await follow(job.dataDir, 1, {});
    let isClosed = false;
    void connection.closed.then(() => (isClosed = true));
    await until("the read or the end", () => received.reading ?? isClosed);
    const readId = received.reading?.readId ?? 0;
    const order = { interactionId: "1", readId, text: "yes", secret: false, by: "ada" };
    connection.type(order).catch(() => undefined);

    const closed = await connection.closed;

    assert.equal(closed.reason, "failed");
    assert.match(closed.reason === "failed" ? closed.message : "", names);
    assert.ok(isAlive(job.childPid));
  });
}

test("fields added by a later holder under the same version are ignored", async (t) => {
  const other = {
    file: "program/hold.ts",
    from: /recording\.note\(\{ what: "childExited"/g,
    to: 'recording.note({ what: "unknown" }); recording.note({ more: {}, what: "childExited"',
  };
  const job = await holdOther(t, other, "echo one");

  const { connection } = await follow(job.dataDir, 1, {});

  assert.deepEqual(await connection.closed, { reason: "ended" });
});
