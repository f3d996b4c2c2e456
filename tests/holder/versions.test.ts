// Holder and worker of different versions. The other holder is this one's program with another number in it, or with
// none, as it was before there were any.
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { pathToFileURL } from "node:url";
import { connectHolder, HolderNewer } from "../../holder/client/connect.ts";
import { findHolder, readHolderFile } from "../../holder/client/find-holder.ts";
import { type HolderRecord, PROTOCOL_VERSION } from "../../holder/protocol/messages.ts";
import { leaveTombstone } from "../../holder/client/tombstone.ts";
import { until } from "../support/until.ts";
import { follow, isAlive, launchSpare, makeDataDir, orderScript, TEST_EPOCH, textOf } from "./held-job.ts";

const ROOT = join(import.meta.dirname, "../..");
const NEXT = PROTOCOL_VERSION + 1;
const isNext = (error: unknown): boolean => error instanceof HolderNewer && error.version === NEXT;

type Edit = { file: string; from: RegExp; to: string };
const NEXT_VERSION: Edit = {
  file: "protocol/messages.ts",
  from: /(?<=const PROTOCOL_VERSION = )\d+/g,
  to: String(NEXT),
};
const NO_VERSION: Edit = { file: "program/hold.ts", from: /version: PROTOCOL_VERSION,/g, to: "" };

/** Starts a job in a holder whose program differs by this. */
async function holdOther(t: TestContext, { file, from, to }: Edit, script: string) {
  const program = mkdtempSync(join(tmpdir(), "other-holder-"));
  t.after(() => rmSync(program, { recursive: true, force: true }));
  cpSync(join(ROOT, "holder"), join(program, "holder"), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(program, "node_modules"));
  writeFileSync(join(program, "package.json"), JSON.stringify({ type: "module" }));
  const path = join(program, "holder", file);
  const source = readFileSync(path, "utf8");
  assert.match(source, from, "there is nothing to be different in");
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

test("a job of a newer holder is neither followed nor tidied up nor started again, and runs on", async (t) => {
  const job = await holdOther(t, NEXT_VERSION, "echo one; read x");
  const options = { epoch: TEST_EPOCH + 1, fromPosition: 0, onRecord: () => undefined };

  assert.deepEqual(await findHolder(job.dataDir, 1), {
    state: "newer",
    directory: job.directory,
    version: NEXT,
  });
  await assert.rejects(connectHolder(job.dataDir, 1, options), isNext);
  const exit = { exitCode: 0, signal: null, failure: null };
  assert.equal(await leaveTombstone(job.dataDir, 1, { until: "end", exit, at: 1 }), "later");
  assert.ok(existsSync(job.journal));
  const again = await launchSpare(job).start(orderScript("true"));
  assert.equal(again.started === false && again.reason, "already_started");
  assert.ok(isAlive(job.childPid));
});

test("a newer holder whose file does not say so is left alone when it says so itself", async (t) => {
  const job = await holdOther(t, NEXT_VERSION, "echo one; read x");
  const path = join(job.directory, "holder.json");
  const { version, ...others } = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
  assert.equal(version, NEXT);
  writeFileSync(path, JSON.stringify(others));
  const records: HolderRecord[] = [];
  const onRecord = (record: HolderRecord) => void records.push(record);

  assert.equal((await findHolder(job.dataDir, 1)).state, "alive");
  await assert.rejects(connectHolder(job.dataDir, 1, { epoch: 0, fromPosition: 0, onRecord }), isNext);

  assert.deepEqual(records, []);
  assert.ok(isAlive(job.childPid));
});

test("a holder of before there were versions is spoken to", async (t) => {
  const job = await holdOther(t, NO_VERSION, "echo one; read x; echo got:$x");
  assert.equal(readHolderFile(job.directory)?.version, undefined);

  const { connection, heard } = await follow(job.dataDir, 1, {});
  assert.equal(connection.attached?.version, undefined);
  const { readId } = await until("the read", () => heard.reading);
  const order = { interactionId: "1", readId, text: "yes", secret: false, by: "ada" };
  const { result } = await connection.type(order);

  assert.equal(result, "consumed");
  assert.deepEqual(await connection.closed, { reason: "ended" });
  assert.match(textOf(heard), /got:yes/);
});

test("a holder says its version on the disk and to whoever comes", async (t) => {
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
    edit: { file: "program/read-watcher.ts", from: /^ {6}mode,$/gm, to: "" },
    names: /of a read .*mode/,
  },
  {
    what: "a note on an answer without what became of it",
    edit: {
      file: "program/hold.ts",
      from: /what: "typed", interactionId, result \}/g,
      to: 'what: "typed", interactionId }',
    },
    names: /of a note \(typed\) .*result/,
  },
];

for (const { what, edit, names } of MALFORMED) {
  test(`what a holder says that cannot be understood is told by its name: ${what}`, async (t) => {
    const job = await holdOther(t, edit, "echo one; read x; read y");
    const { connection, heard } = await follow(job.dataDir, 1, {});
    let isClosed = false;
    void connection.closed.then(() => (isClosed = true));
    await until("the read or the end", () => heard.reading ?? isClosed);
    const readId = heard.reading?.readId ?? 0;
    const order = { interactionId: "1", readId, text: "yes", secret: false, by: "ada" };
    connection.type(order).catch(() => undefined);

    const closed = await connection.closed;

    assert.equal(closed.reason, "faulty");
    assert.match(closed.reason === "faulty" ? closed.message : "", names);
    assert.ok(isAlive(job.childPid));
  });
}

test("what a later holder adds under the same version is passed over", async (t) => {
  const other = {
    file: "program/hold.ts",
    from: /this\.#note\(\{ what: "childExited"/g,
    to: 'this.#note({ what: "unheard" }); this.#note({ more: {}, what: "childExited"',
  };
  const job = await holdOther(t, other, "echo one");

  const { connection } = await follow(job.dataDir, 1, {});

  assert.deepEqual(await connection.closed, { reason: "ended" });
});
