/** What stops `npm start` before anything slow begins: each with one line that says what to do. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { freePort } from "../../scripts/ports.ts";
import { lockDirectory, noteAddress } from "../../scripts/preflight.ts";
import { inProject } from "../../scripts/root.ts";
import { until } from "../support/until.ts";
import { bareEnvironment } from "../support/bare-environment.ts";

const scratch = mkdtempSync(join(tmpdir(), "start-test-"));
after(() => rmSync(scratch, { recursive: true, force: true }));

function start(env: Record<string, string>): { code: number | null; said: string; dataDir: string } {
  const dataDir = env["DATA_DIR"] ?? mkdtempSync(join(scratch, "data-"));
  const done = spawnSync(process.execPath, [inProject("scripts/start.ts")], {
    env: bareEnvironment({ NODE_ENV: "production", DATA_DIR: dataDir, ...env }),
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

test("a port of the sandbox in use is named, with the setting to change", async () => {
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

  const { code, said } = start({
    PORT: "0",
    DATABASE_URL: `postgresql://me:secret@127.0.0.1:${port}/spiderpig`,
  });

  assert.equal(code, 1);
  assert.match(said, new RegExp(`migrations failed .*\\n.*connect ECONNREFUSED 127\\.0\\.0\\.1:${port}\\n`));
  assert.ok(!said.includes("secret"));
});

test("a second start on the same directory says where the first is", async () => {
  const dataDir = mkdtempSync(join(scratch, "data-"));
  const lock = await lockDirectory(dataDir);
  noteAddress(lock, "http://127.0.0.1:1234");

  const result = start({ DATA_DIR: dataDir, PORT: "0" });

  closeSync(lock);
  refused(result, /^SpiderPig is already running at http:\/\/127\.0\.0\.1:1234 \(process \d+\)/);
});

test("the successor of a killed supervisor waits until the parts that it left have stopped", async () => {
  const dataDir = mkdtempSync(join(scratch, "data-"));
  const lock = await lockDirectory(dataDir);
  const part = spawn("sleep", ["60"], { stdio: ["ignore", "ignore", "ignore", lock] });
  after(() => part.kill("SIGKILL"));
  // Of a process that is gone.
  writeFileSync(join(dataDir, "supervisor.lock"), `at http://127.0.0.1:1234 (process ${2 ** 22 - 1})`);
  closeSync(lock);

  let isLocked = false;
  const next = lockDirectory(dataDir).finally(() => (isLocked = true));
  await until("it to wait", () => flocks(dataDir) > 0);
  assert.equal(isLocked, false);
  part.kill("SIGKILL");

  closeSync(await next);
});

/** Processes that wait for a lock below the directory. */
function flocks(directory: string): number {
  return readdirSync("/proc").filter((pid) => {
    try {
      const isFlock = readFileSync(`/proc/${pid}/comm`, "utf8") === "flock\n";
      return isFlock && readlinkSync(`/proc/${pid}/fd/3`).startsWith(directory);
    } catch {
      return false;
    }
  }).length;
}
