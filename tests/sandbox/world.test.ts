import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { configProject, extensionProject } from "../../sandbox/gerrit/seed/changes.ts";
import { startWorld } from "../../sandbox/world.ts";
import {
  approve,
  approveAndAwait,
  describe,
  fast,
  gitOf,
  merged,
  openWorld,
  post,
  readChange,
  send,
  temporaryDirectory,
} from "./small-world.ts";

test("sandbox.json contains all addresses, and all of them respond", async (context) => {
  const world = await openWorld(context);

  const description = await describe(world);

  assert.equal(description.gerritUrl, world.gerritUrl);
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
    assert.equal(directory, join(world.directory, "servers", name));
    assert.equal((await fetch(`${url}/healthz`)).status, 200);
  }
});

test("two sandboxes have the same commit hashes and are independent", async (context) => {
  const [one, other] = await Promise.all([openWorld(context), openWorld(context)]);
  const refs = (world: typeof one) =>
    [configProject, extensionProject].map((project) => gitOf(world, project, "for-each-ref"));
  assert.deepEqual(refs(one), refs(other));
  assert.equal(gitOf(one, configProject, "rev-parse", "master"), "c216f8fefecffe120175690fa29c23414fdb23a5");

  await approveAndAwait(one, 1234);

  assert.equal((await readChange(other, 1234)).status, "NEW");
  assert.notDeepEqual(refs(one), refs(other));
});

test("the repositories pass git fsck", async (context) => {
  const world = await openWorld(context);

  for (const project of [configProject, extensionProject]) {
    assert.equal(gitOf(world, project, "fsck", "--strict", "--no-dangling", "--no-progress"), "");
  }
});

test("a restart keeps the state", async (context) => {
  const first = await openWorld(context);
  await approveAndAwait(first, 1234);
  await post(first, "/sandbox/changes/1246/patch-set");
  const { directory } = first;
  const server = first.servers[0]?.directory ?? "";
  await rm(join(server, "current"));
  await first.close();

  const second = await startWorld({ directory, speed: fast });
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
  const first = await openWorld(context, 4);
  await approve(first, 1234);
  await first.close();
  assert.equal(gitOf(first, configProject, "log", "-1", "--format=%an", "master"), "jenkins-bot");

  const second = await startWorld({ directory: first.directory, speed: 4 });
  context.after(() => second.close());

  const change = await merged(second, 1234);
  assert.equal(gitOf(second, configProject, "rev-parse", "master"), change.current_revision);
});

test("a merge that git completed before the state was stored is not repeated", async (context) => {
  const first = await openWorld(context, 4);
  await approve(first, 1234);
  await first.close();
  gitOf(first, configProject, "update-ref", "refs/heads/master", "refs/changes/34/1234/1");

  const second = await startWorld({ directory: first.directory, speed: 4 });
  context.after(() => second.close());

  const change = await merged(second, 1234);
  assert.equal(gitOf(second, configProject, "rev-parse", "master"), change.current_revision);
});

test("an interrupted first start is repeated", async (context) => {
  const first = await openWorld(context);
  await first.close();
  // What is there before the last step of seeding: repositories and servers, but no review state.
  await rm(join(first.directory, "gerrit/changes.json"));
  await rm(join(first.directory, "servers/mw1001"), { recursive: true });

  const second = await startWorld({ directory: first.directory, speed: fast });
  context.after(() => second.close());

  assert.equal((await readChange(second, 1234)).status, "NEW");
  for (const { url } of second.servers) assert.equal((await fetch(url)).status, 200);
});

test("closing frees all ports and removes sandbox.json, and is idempotent", async (context) => {
  const world = await openWorld(context);

  await world.close();
  await world.close();

  assert.deepEqual((await readdir(world.directory)).toSorted(), ["gerrit", "servers"]);
  for (const url of [world.gerritUrl, ...world.servers.map((server) => server.url)]) {
    await assert.rejects(fetch(url), url);
  }
});

test("a second sandbox in the same directory is refused, and the first keeps running", async (context) => {
  const world = await openWorld(context);

  await assert.rejects(startWorld({ directory: world.directory }), /already running in/);

  assert.equal((await describe(world)).gerritUrl, world.gerritUrl);
  assert.equal((await readChange(world, 1234)).status, "NEW");
});

test("a sandbox.json left from a crash does not prevent a start", async (context) => {
  const directory = await temporaryDirectory((clean) => context.after(clean));
  const gone = { pid: process.pid, gerritUrl: "http://127.0.0.1:1" };
  await writeFile(join(directory, "sandbox.json"), JSON.stringify(gone));

  const world = await startWorld({ directory });
  context.after(() => world.close());

  assert.equal((await describe(world)).gerritUrl, world.gerritUrl);
});

test("a port in use is an error, and all other ports are closed again", async (context) => {
  const directory = await temporaryDirectory((clean) => context.after(clean));
  const port = await freePorts(7);
  // The third port that the world needs.
  const taken = await occupy(port + 2);
  context.after(() => taken.close());

  await assert.rejects(startWorld({ directory, port }), { code: "EADDRINUSE", port: port + 2 });

  await assert.rejects(fetch(`http://127.0.0.1:${port}`));
  assert.deepEqual((await readdir(directory)).toSorted(), ["gerrit", "servers"]);
});

test("the review server uses the given port and the servers the following ones", async (context) => {
  const directory = await temporaryDirectory((clean) => context.after(clean));
  const port = await freePorts(7);

  const world = await startWorld({ directory, port });
  context.after(() => world.close());

  assert.equal(world.gerritUrl, `http://127.0.0.1:${port}`);
  assert.deepEqual(
    world.servers.map(({ url }) => Number(new URL(url).port) - port),
    [1, 2, 3, 4, 5, 6],
  );
});

test("a reset restores the initial state, but is refused during a deployment", async (context) => {
  const world = await openWorld(context);
  await approveAndAwait(world, 1234);
  const lock = join(world.directory, "scap.lock");

  const holder = { pid: process.pid, user: "mikko", since: new Date().toUTCString(), reason: "the train" };
  await writeFile(lock, JSON.stringify({ ...holder, startedAt: startTimeOf(process.pid) }));
  assert.equal((await send(world, "/sandbox/reset")).status, 409);
  assert.equal((await readChange(world, 1234)).status, "MERGED");
  // The lock of a killed deployment whose process number is in use again.
  await writeFile(lock, JSON.stringify({ ...holder, startedAt: "1" }));
  await writeFile(join(world.directory, "keep"), "");
  await post(world, "/sandbox/reset");

  assert.equal((await readChange(world, 1234)).status, "NEW");
  assert.equal(
    gitOf(world, configProject, "rev-parse", "master"),
    "c216f8fefecffe120175690fa29c23414fdb23a5",
  );
  for (const { url } of world.servers) assert.equal((await fetch(url)).status, 200);
  assert.equal(
    await readFile(join(world.directory, "keep"), "utf8"),
    "",
    "a reset removes what is the world's",
  );
  await approveAndAwait(world, 1234);
});

test("a damaged state file is reported in one line", async (context) => {
  const world = await openWorld(context);
  await world.close();
  await writeFile(join(world.directory, "gerrit/changes.json"), "{");

  await assert.rejects(startWorld({ directory: world.directory }), /changes\.json is damaged; delete/);
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
