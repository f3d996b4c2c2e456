// Whether a holder is alive or dead, also when its files are missing or invalid.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { findHolder } from "../../../holder/client/find-holder.ts";
import { until } from "../../support/until.ts";
import { follow, holdScript, isAlive, makeDataDir, textOf } from "../held-job.ts";

test("a job whose holder died before it wrote holder.json is dead, not unknown", async (t) => {
  const dataDir = makeDataDir(t);
  mkdirSync(join(dataDir, "jobs", "1"), { recursive: true });

  assert.equal((await findHolder(dataDir, 1)).state, "dead");
});

const NOT_A_HOLDER = [
  "",
  "\0\0\0\0",
  "null",
  "[]",
  "{}",
  '{"version":"one"}',
  '{"version":1,"ended":{}}',
  '{"version":1,"jobId":"1","pid":"7","ended":null}',
];

test("a job whose holder has exited and whose holder.json is invalid is dead, and can be followed", async (t) => {
  const dataDir = makeDataDir(t);
  for (const [jobId, content] of NOT_A_HOLDER.entries()) {
    mkdirSync(join(dataDir, "jobs", String(jobId)), { recursive: true });
    writeFileSync(join(dataDir, "jobs", String(jobId), "holder.json"), content);
  }

  const followed = await Promise.all(
    NOT_A_HOLDER.map(async (content, jobId) => {
      const { state } = await findHolder(dataDir, jobId);
      const { connection } = await follow(dataDir, jobId, {});
      return { content, state, closed: await connection.closed };
    }),
  );

  for (const { content, ...found } of followed) {
    assert.deepEqual(found, { state: "dead", closed: { reason: "dead" } }, content);
  }
});

test("a live holder whose holder.json is invalid is queried over its socket, and its job keeps running", async (t) => {
  const job = await holdScript(t, "printf 'q? '; read a; echo a=$a; exit 4");
  const path = join(job.directory, "holder.json");
  for (const content of [null, "null", '{"version":1}']) {
    if (content === null) unlinkSync(path);
    else writeFileSync(path, content);
    assert.deepEqual(await findHolder(job.dataDir, 1), {
      state: "alive",
      directory: job.directory,
      pid: job.holderPid,
      childPid: job.childPid,
    });
  }
  const { connection, received } = await follow(job.dataDir, 1, {});
  const { readId } = await until("the read", () => received.reading);

  await connection.type({ interactionId: "1", readId, text: "y", secret: false, by: "t" });

  assert.deepEqual(await connection.closed, { reason: "ended" });
  assert.match(textOf(received), /a=y/);
  await until("the holder to exit", () => !isAlive(job.holderPid));
  writeFileSync(path, "{}");
  const found = await findHolder(job.dataDir, 1);
  assert.equal(found.state === "ended" && found.exit.exitCode, 4);
});

test("a job that was claimed a moment ago is not considered dead when the system clock is changed", async (t) => {
  const job = await holdScript(t, "read a");
  const path = join(job.directory, "holder.json");
  renameSync(path, `${path}.later`);
  t.mock.timers.enable({ apis: ["Date"], now: Date.now() + 3_600_000 });

  const found = findHolder(job.dataDir, 1);
  setImmediate(() => renameSync(`${path}.later`, path));

  assert.equal((await found).state, "alive");
});

const ASKER = `
  import { findHolder } from ${JSON.stringify(new URL("../../../holder/client/find-holder.ts", import.meta.url))};
  process.stdin.once("data", async () => {
    const result = await findHolder(process.env.DATA_DIR, 1).then(({ state }) => state, ({ code }) => code);
    process.stdout.write(result, () => process.exit());
  });
  process.stdout.write("ready ");`;

test("a worker without a free descriptor does not consider a running job dead", async (t) => {
  if (spawnSync("prlimit", ["--version"]).status !== 0) return t.skip("prlimit is not installed");
  const job = await holdScript(t, "read a");
  const env = { DATA_DIR: job.dataDir } as unknown as NodeJS.ProcessEnv;
  const asker = spawn(process.execPath, ["--input-type=module", "-e", ASKER], { env });
  t.after(() => asker.kill("SIGKILL"));
  let printed = "";
  asker.stdout.on("data", (part) => (printed += String(part)));
  await until("the asker", () => printed === "ready ");
  spawnSync("prlimit", ["--pid", String(asker.pid), "--nofile=3:"]);

  asker.stdin.write("go");

  await until("its result", () => printed.length > "ready ".length);
  assert.equal(printed, "ready EMFILE");
});

test("a pid that was reused by another process is not mistaken for the holder", async (t) => {
  const job = await holdScript(t, "read a");
  const path = join(job.directory, "holder.json");
  const file = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;

  for (const change of [{ startTicks: 1 }, { bootId: "another" }, { pid: 1 }]) {
    writeFileSync(path, JSON.stringify({ ...file, ...change }));
    assert.equal((await findHolder(job.dataDir, 1)).state, "dead", JSON.stringify(change));
  }
  writeFileSync(path, JSON.stringify(file));
  assert.equal((await findHolder(job.dataDir, 1)).state, "alive");
});
