import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { configProject, extensionProject } from "../../sandbox/gerrit/seed/changes.ts";
import { startSandbox } from "../../sandbox/sandbox.ts";
import {
  approve,
  approveAndAwait,
  describe,
  fast,
  gitOf,
  merged,
  openSandbox,
  post,
  readChange,
  send,
  temporaryDirectory,
} from "./open-sandbox.ts";

test("sandbox.json contains all addresses, and all of them respond", async (context) => {
  const sandbox = await openSandbox(context);

  const description = await describe(sandbox);

  assert.equal(description.gerritUrl, sandbox.gerritUrl);
  assert.deepEqual(Object.keys(description.repositories), [configProject, extensionProject]);
  assert.deepEqual(description.liveBranches, ["wmf/1.47.0-wmf.10"]);
  assert.equal(description.speed, fast);
  assert.equal(description.pid, process.pid);
  assert.deepEqual(
    description.servers.map(({ name, stage }) => `${name} ${stage}`),
    [
      "mwdebug1001 testservers",
      "mwdebug1002 testservers",
      "mw1001 canaries",
      "mw1002 production",
      "mw1003 production",
      "mw1004 production",
    ],
  );
  for (const { url, directory, name } of description.servers) {
    assert.equal(directory, join(sandbox.directory, "servers", name));
    assert.equal((await fetch(`${url}/healthz`)).status, 200);
  }
});

test("two sandboxes have the same commit hashes and are independent", async (context) => {
  const [one, other] = await Promise.all([openSandbox(context), openSandbox(context)]);
  const refs = (sandbox: typeof one) =>
    [configProject, extensionProject].map((project) => gitOf(sandbox, project, "for-each-ref"));
  assert.deepEqual(refs(one), refs(other));
  assert.equal(gitOf(one, configProject, "rev-parse", "master"), "07ddd9dd9d73482c2bac6788f4af12f6fa3f7138");

  await approveAndAwait(one, 1234);

  assert.equal((await readChange(other, 1234)).status, "NEW");
  assert.notDeepEqual(refs(one), refs(other));
});

test("the repositories pass git fsck", async (context) => {
  const sandbox = await openSandbox(context);

  for (const project of [configProject, extensionProject]) {
    assert.equal(gitOf(sandbox, project, "fsck", "--strict", "--no-dangling", "--no-progress"), "");
  }
});

test("a restart keeps the state", async (context) => {
  const first = await openSandbox(context);
  await approveAndAwait(first, 1234);
  await post(first, "/sandbox/changes/1246/patch-set");
  const { directory } = first;
  const server = first.servers[0]?.directory ?? "";
  await rm(join(server, "current"));
  await first.close();

  const second = await startSandbox({ directory, speed: fast });
  context.after(() => second.close());

  assert.equal((await readChange(second, 1234)).status, "MERGED");
  assert.equal(
    (await readChange(second, 1246)).current_revision,
    gitOf(second, configProject, "rev-parse", "refs/changes/46/1246/2"),
  );
  assert.equal((await fetch(second.servers[0]?.url ?? "")).status, 503, "servers are left alone");
  assert.equal((await fetch(second.servers[1]?.url ?? "")).status, 200);
});

test("a merge that was pending at shutdown happens after the next start", async (context) => {
  const first = await openSandbox(context, 4);
  await approve(first, 1234);
  await first.close();
  assert.equal(gitOf(first, configProject, "log", "-1", "--format=%an", "master"), "jenkins-bot");

  const second = await startSandbox({ directory: first.directory, speed: 4 });
  context.after(() => second.close());

  const change = await merged(second, 1234);
  assert.equal(gitOf(second, configProject, "rev-parse", "master"), change.current_revision);
});

test("a merge that git completed before the state was stored is not repeated", async (context) => {
  const first = await openSandbox(context, 4);
  await approve(first, 1234);
  await first.close();
  gitOf(first, configProject, "update-ref", "refs/heads/master", "refs/changes/34/1234/1");

  const second = await startSandbox({ directory: first.directory, speed: 4 });
  context.after(() => second.close());

  const change = await merged(second, 1234);
  assert.equal(gitOf(second, configProject, "rev-parse", "master"), change.current_revision);
});

test("an interrupted first start is repeated", async (context) => {
  const first = await openSandbox(context);
  await first.close();
  // What is there before the last step of seeding: repositories and servers, but no review state.
  await rm(join(first.directory, "gerrit/changes.json"));
  await rm(join(first.directory, "servers/mw1001"), { recursive: true });

  const second = await startSandbox({ directory: first.directory, speed: fast });
  context.after(() => second.close());

  assert.equal((await readChange(second, 1234)).status, "NEW");
  for (const { url } of second.servers) assert.equal((await fetch(url)).status, 200);
});

test("closing frees all ports and removes sandbox.json, and is idempotent", async (context) => {
  const sandbox = await openSandbox(context);

  await sandbox.close();
  await sandbox.close();

  assert.deepEqual((await readdir(sandbox.directory)).toSorted(), ["gerrit", "servers", "staging"]);
  for (const url of [sandbox.gerritUrl, ...sandbox.servers.map((server) => server.url)]) {
    await assert.rejects(fetch(url), url);
  }
});

test("a second sandbox in the same directory is refused, and the first keeps running", async (context) => {
  const sandbox = await openSandbox(context);

  await assert.rejects(startSandbox({ directory: sandbox.directory }), /already running in/);

  assert.equal((await describe(sandbox)).gerritUrl, sandbox.gerritUrl);
  assert.equal((await readChange(sandbox, 1234)).status, "NEW");
});

test("a sandbox.json left from a crash does not prevent a start", async (context) => {
  const directory = await temporaryDirectory((clean) => context.after(clean));
  const gone = { pid: process.pid, gerritUrl: "http://127.0.0.1:1" };
  await writeFile(join(directory, "sandbox.json"), JSON.stringify(gone));

  const sandbox = await startSandbox({ directory });
  context.after(() => sandbox.close());

  assert.equal((await describe(sandbox)).gerritUrl, sandbox.gerritUrl);
});

test("a port in use is an error, and all other ports are closed again", async (context) => {
  const directory = await temporaryDirectory((clean) => context.after(clean));
  const port = await freePorts(8);
  // The third port that the sandbox needs.
  const taken = await occupy(port + 2);
  context.after(() => taken.close());

  await assert.rejects(startSandbox({ directory, port }), { code: "EADDRINUSE", port: port + 2 });

  await assert.rejects(fetch(`http://127.0.0.1:${port}`));
  assert.deepEqual((await readdir(directory)).toSorted(), ["gerrit", "servers", "staging"]);
});

test("the review server uses the given port and the servers the following ones", async (context) => {
  const directory = await temporaryDirectory((clean) => context.after(clean));
  const port = await freePorts(8);

  const sandbox = await startSandbox({ directory, port });
  context.after(() => sandbox.close());

  assert.equal(sandbox.gerritUrl, `http://127.0.0.1:${port}`);
  assert.deepEqual(
    sandbox.servers.map(({ url }) => Number(new URL(url).port) - port),
    [1, 2, 3, 4, 5, 6],
  );
  assert.equal(sandbox.errorsUrl, `http://127.0.0.1:${port + 7}`);
});

test("a reset restores the initial state, but is refused during a deployment", async (context) => {
  const sandbox = await openSandbox(context);
  await approveAndAwait(sandbox, 1234);
  const lock = join(sandbox.directory, "scap.lock");

  const holder = {
    pid: process.pid,
    command: "sync-world",
    user: "mikko",
    since: new Date().toUTCString(),
    reason: "the train",
  };
  await writeFile(lock, JSON.stringify({ ...holder, startedAt: startTimeOf(process.pid) }));
  assert.equal((await send(sandbox, "/sandbox/reset")).status, 409);
  assert.equal((await readChange(sandbox, 1234)).status, "MERGED");
  // The lock of a killed deployment whose process number is in use again.
  await writeFile(lock, JSON.stringify({ ...holder, startedAt: "1" }));
  await writeFile(join(sandbox.directory, "keep"), "");
  await post(sandbox, "/sandbox/reset");

  assert.equal((await readChange(sandbox, 1234)).status, "NEW");
  assert.equal(
    gitOf(sandbox, configProject, "rev-parse", "master"),
    "07ddd9dd9d73482c2bac6788f4af12f6fa3f7138",
  );
  for (const { url } of sandbox.servers) assert.equal((await fetch(url)).status, 200);
  assert.equal(
    await readFile(join(sandbox.directory, "keep"), "utf8"),
    "",
    "a reset removes what is the sandbox's",
  );
  await approveAndAwait(sandbox, 1234);
});

test("a damaged state file is reported in one line", async (context) => {
  const sandbox = await openSandbox(context);
  await sandbox.close();
  await writeFile(join(sandbox.directory, "gerrit/changes.json"), "{");

  await assert.rejects(startSandbox({ directory: sandbox.directory }), /changes\.json is damaged; delete/);
});

/** The first of so many free ports in a row, below those that the system hands out by itself. */
async function freePorts(count: number): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    const first = 20_000 + Math.floor(Math.random() * 12_000);
    const occupied = await Promise.allSettled(
      Array.from({ length: count }, (_, index) => occupy(first + index)),
    );
    for (const result of occupied) if (result.status === "fulfilled") result.value.close();
    if (occupied.every((result) => result.status === "fulfilled")) return first;
    if (attempt === 20) throw new Error("no free ports");
  }
}

function occupy(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}

function startTimeOf(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}
