/** What stops `npm start` before anything slow begins: each with one line that says what to do. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { takeLock } from "../../scripts/lock.mjs";
import { freePort } from "../../scripts/ports.ts";
import { clearLeftovers } from "../../scripts/preflight.ts";
import { identityOf, thisProcess } from "../../scripts/processes.mjs";
import { inProject } from "../../scripts/root.ts";
import { runningDeployments } from "../../scripts/running-deployments.ts";
import { until } from "../support/until.ts";

const scratch = mkdtempSync(join(tmpdir(), "start-test-"));
after(() => rmSync(scratch, { recursive: true, force: true }));

function start(env: Record<string, string>): { code: number | null; said: string; dataDir: string } {
  const dataDir = env["DATA_DIR"] ?? mkdtempSync(join(scratch, "data-"));
  const done = spawnSync(process.execPath, [inProject("scripts/start.ts")], {
    env: { PATH: process.env["PATH"], NODE_ENV: "production", DATA_DIR: dataDir, ...env },
    encoding: "utf8",
    timeout: 180_000,
  });
  return { code: done.status, said: `${done.stdout}${done.stderr}`, dataDir };
}

function refused(result: ReturnType<typeof start>, pattern: RegExp): void {
  assert.equal(result.code, 1);
  assert.match(result.said, pattern);
  assert.equal(result.said.trim().split("\n").length, 1, `one line only: ${result.said}`);
  assert.equal(existsSync(join(result.dataDir, "postgres")), false, "nothing was begun");
}

test("a port in use is named, with the setting to change", async () => {
  await using other = createServer().listen(0, "127.0.0.1");
  await until("the port", () => other.listening);
  const address = other.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;

  refused(
    start({ PORT: String(port) }),
    new RegExp(`^PORT: port ${port} on 127.0.0.1 is in use: .* set another PORT`),
  );
});

test("a port of the sandbox in use is named, when it was chosen", async () => {
  // None that the system gives to a connection: the three before it are asked for as well.
  const port = await freePort("127.0.0.1");
  await using other = createServer().listen(port, "127.0.0.1");
  await until("the port", () => other.listening);

  const wanted = { PORT: String(await freePort("127.0.0.1")), SANDBOX_PORT: String(port - 3) };

  refused(start(wanted), new RegExp(`^SANDBOX_PORT: port ${port} .* is in use`));
});

test("every wrong setting is named, a line each", () => {
  const { code, said } = start({ PORT: "eighty", SCAP_COMMAND: "scap" });

  assert.equal(code, 1);
  assert.match(said, /^PORT: .*\nSCAP_COMMAND: .*\n$/);
});

test("an address of another machine is refused", async () => {
  refused(start({ HOST: "192.0.2.1", PORT: "0" }), /^HOST: cannot listen on 192\.0\.2\.1 \(EADDRNOTAVAIL\)/);
});

test("a directory that cannot be written is named", () => {
  const file = join(scratch, "a-file");
  writeFileSync(file, "");

  refused(start({ DATA_DIR: join(file, "below") }), /^DATA_DIR: cannot write .*a-file.below/);
});

test("a database that is not there is named, without its password", async () => {
  const port = await freePort("127.0.0.1");

  const result = start({ PORT: "0", DATABASE_URL: `postgresql://me:secret@127.0.0.1:${port}/spiderpig` });

  refused(result, new RegExp(`^DATABASE_URL: nothing answers at 127.0.0.1:${port}`));
  assert.ok(!result.said.includes("secret"));
});

test("a second start on the same directory says where the first is", () => {
  const dataDir = mkdtempSync(join(scratch, "data-"));
  const lock = takeLock(join(dataDir, "supervisor.lock"), { url: "http://127.0.0.1:1234" });

  const result = start({ DATA_DIR: dataDir, PORT: "0" });

  lock.release();
  refused(result, /^SpiderPig runs already at http:\/\/127\.0\.0\.1:1234 \(process \d+\)/);
});

test("a part that a killed supervisor left and that does not end by itself is ended", async () => {
  const left = spawn("sh", ["-c", "trap '' TERM; while :; do sleep 1; done"], { stdio: "ignore" });
  await until("it to run", () => left.pid !== undefined && identityOf(left.pid) !== undefined);
  const pid = left.pid ?? 0;
  const bystander = thisProcess();

  await clearLeftovers(
    {
      pid: 2 ** 22 - 1,
      identity: "gone",
      parts: [
        { pid, identity: identityOf(pid) },
        { pid: bystander.pid, identity: "the one that had this number before" },
      ],
    },
    100,
  );

  await until("it to end", () => identityOf(pid) === undefined);
});

test("deployments whose holder lives are counted, others are not", () => {
  const jobs = mkdtempSync(join(scratch, "jobs-"));
  const [bootId, startTicks] = thisProcess().identity.split("/");
  const alive = { pid: process.pid, bootId, startTicks: Number(startTicks), ended: null };
  const holders = {
    "1": JSON.stringify(alive),
    "2": JSON.stringify({ ...alive, startTicks: 1 }),
    "3": JSON.stringify({ ...alive, ended: { exitCode: 0 } }),
    "4": "{",
  };
  for (const [job, content] of Object.entries(holders)) {
    mkdirSync(join(jobs, job));
    writeFileSync(join(jobs, job, "holder.json"), content);
  }
  mkdirSync(join(jobs, "5"));

  assert.equal(runningDeployments(jobs), 1);
  assert.equal(runningDeployments(join(jobs, "none")), 0);
});
