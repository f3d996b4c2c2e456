import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { after, test } from "node:test";
import pg from "pg";
import { freePort } from "../../scripts/ports.ts";
import { inProject } from "../../scripts/root.ts";
import {
  type PostgresOptions,
  type RunningPostgres,
  startPostgres as start,
} from "../../scripts/postgres.ts";
import { parentOf } from "../../scripts/processes.ts";
import { until } from "../support/until.ts";

const scratch = mkdtempSync(join(tmpdir(), "postgres-test-"));
const started: RunningPostgres[] = [];
after(async () => {
  for (const server of started) await server.stop();
  rmSync(scratch, { recursive: true, force: true });
});

async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const server = await start(options);
  started.push(server);
  return server;
}

function directoryFor(name: string): string {
  return join(scratch, name);
}

async function ask(server: Pick<RunningPostgres, "url">, text: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  try {
    const { rows } = await client.query<{ value: unknown }>(text);
    return rows[0]?.value;
  } finally {
    await client.end();
  }
}

test("a first start makes a durable UTF-8 database that only the password opens", async () => {
  const directory = directoryFor("first");

  const server = await startPostgres({ directory });

  assert.equal(await ask(server, "select current_setting('fsync') as value"), "on");
  assert.equal(await ask(server, "select current_setting('server_encoding') as value"), "UTF8");
  assert.equal(await ask(server, "select current_setting('max_connections') as value"), "120");
  assert.equal(await ask(server, "select current_database() as value"), "spiderpig");
  assert.equal(statSync(join(directory, "password")).mode & 0o777, 0o600);
  const wrong = server.url.replace(/:[^:@]+@/, ":wrong@");
  await assert.rejects(ask({ url: wrong }, "select 1 as value"), /password authentication failed/);
  await server.stop();
  assert.equal(parentOf(server.pid), 0, "stop() resolves when the server has exited");
});

test("what was written is there after a stop and a start, at the same address", async () => {
  const directory = directoryFor("kept");
  const first = await startPostgres({ directory, durable: false });
  await ask(first, "create table kept as select 42 as value");
  await first.stop();

  const second = await startPostgres({ directory, durable: false });

  assert.equal(await ask(second, "select value from kept"), 42);
  assert.equal(second.url, first.url);
});

test("a server stops in good order when its starter is killed, and a start meanwhile waits for that", async () => {
  const directory = directoryFor("orphaned");
  const module = JSON.stringify(pathToFileURL(inProject("scripts/postgres.ts")).href);
  const program = `
    const { startPostgres } = await import(${module});
    await startPostgres({ directory: ${JSON.stringify(directory)}, durable: false });
    console.log("started");
    setInterval(() => {}, 1000);`;
  const starter = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(starter.stdout, "data");

  starter.kill("SIGKILL");
  const next = await startPostgres({ directory, durable: false });

  assert.match(readFileSync(join(directory, "log"), "utf8"), /received fast shutdown request[^]*shut down/);
  assert.equal(await ask(next, "select 1 as value"), 1);
});

test("a server that was killed is noticed and starts again on the same port with all that was committed", async () => {
  const directory = directoryFor("killed");
  const first = await startPostgres({ directory });
  await ask(first, "create table kept as select 'here' as value");
  let isGone = false;
  void first.gone.then(() => (isGone = true));

  process.kill(first.pid, "SIGKILL");
  await until("the death to be noticed", () => isGone);
  const second = await startPostgres({ directory, port: first.port });

  assert.equal(second.port, first.port);
  assert.equal(await ask(second, "select value from kept"), "here");
});

test("a pid file that names a stranger does not keep the server from starting", async () => {
  const directory = directoryFor("stranger");
  const first = await startPostgres({ directory, durable: false });
  const file = join(directory, "data/postmaster.pid");
  const content = readFileSync(file, "utf8");
  await first.stop();
  // After a restart of the machine the number may belong to anything: here to this test.
  writeFileSync(file, content.replace(/^\d+/, String(process.pid)));

  const second = await startPostgres({ directory, durable: false });

  assert.notEqual(second.pid, process.pid);
});

test("a first start that was cut off is begun anew", async () => {
  const directory = directoryFor("cut-off");
  mkdirSync(join(directory, "data.new/base"), { recursive: true });
  writeFileSync(join(directory, "data.new/PG_VERSION"), "18\n");

  const server = await startPostgres({ directory, durable: false });

  assert.equal(await ask(server, "select 1 as value"), 1);
  assert.equal(existsSync(join(directory, "data.new")), false);
});

test("a directory whose path is longer than a socket's may be works", async () => {
  const server = await startPostgres({
    directory: directoryFor(`${"long-".repeat(30)}/${"path-".repeat(20)}`),
  });

  assert.equal(await ask(server, "select 1 as value"), 1);
});

test("a remembered port that another program has taken is replaced", async () => {
  const directory = directoryFor("port-taken");
  const first = await startPostgres({ directory, durable: false });
  await first.stop();
  await using thief = createServer().listen(first.port, "127.0.0.1");
  await until("the port to be taken", () => thief.listening);

  const second = await startPostgres({ directory, durable: false });

  assert.notEqual(second.port, first.port);
  assert.equal(await ask(second, "select 1 as value"), 1);
});

test("a port that has to be kept and is taken is an error that says so", async () => {
  const directory = directoryFor("port-needed");
  const port = await freePort("127.0.0.1");
  await using thief = createServer().listen(port, "127.0.0.1");
  await until("the port to be taken", () => thief.listening);

  await assert.rejects(
    startPostgres({ directory, durable: false, port }),
    /does not start: port \d+ is in use/,
  );
});
