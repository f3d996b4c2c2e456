// The state of the train, read from a real directory and from services over HTTP.
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { readTrain } from "../../../worker/train/read-train.ts";
import { createTrainServices } from "../../../worker/train/services.ts";

const OLD = "1.47.0-wmf.10";
const NEW = "1.47.0-wmf.11";

const staging = await mkdtemp(join(tmpdir(), "staging-"));
const responses: Record<string, (response: ServerResponse) => void> = {};
const requested: string[] = [];
const server = createServer(({ url = "" }, response) => {
  requested.push(url);
  const respond = responses[url.split("?")[0] ?? ""];
  if (respond === undefined) response.writeHead(503).end();
  else respond(response);
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
after(async () => {
  server.closeAllConnections();
  server.close();
  await rm(staging, { recursive: true });
});

const BRANCHES = "/projects/mediawiki%2Fcore/branches/";
const BLOCKERS = "/blockers";

function respondWell(): void {
  responses[BRANCHES] = (response) =>
    response.end(
      `)]}'\n${JSON.stringify([{ ref: `refs/heads/wmf/${OLD}` }, { ref: `refs/heads/wmf/${NEW}` }])}`,
    );
  responses[BLOCKERS] = (response) =>
    response.end(JSON.stringify({ task: "T1", status: "open", version: NEW, date: "2026-12-01" }));
}

function services(now: () => number = Date.now) {
  return createTrainServices({
    blockersUrl: `${address}${BLOCKERS}`,
    gerritUrl: address,
    project: "mediawiki/core",
    now,
  });
}

const place = { stagingDirectory: staging, realm: undefined };

test("an empty staging directory and services that fail are warnings", async () => {
  const { summary } = await readTrain(place, services());
  assert.deepEqual([summary.version, summary.station, summary.wikis], [null, "start", 0]);
  const text = summary.warnings.join("\n");
  for (const warning of [
    /wikiversions\.json is missing/,
    /it responded with 503/,
    /Gerrit is unavailable/,
    /dblists/,
  ]) {
    assert.match(text, warning);
  }
});

test("files, lists of lists, directories and services make the state; a realm has its own versions", async () => {
  respondWell();
  await mkdir(join(staging, "dblists"));
  for (const version of [OLD, NEW]) await mkdir(join(staging, `php-${version}`));
  const files = {
    "wikiversions.json": JSON.stringify({
      testwiki: `php-${NEW}`,
      aawiki: `php-${OLD}`,
      bbwiki: `php-${OLD}`,
    }),
    "wikiversions-labs.json": JSON.stringify({ testwiki: "php-master" }),
    "dblists/all.dblist": "testwiki\naawiki\nbbwiki\n",
    "dblists/testwikis.dblist": "testwiki\n",
    "dblists/group0.dblist": "%% testwikis\n",
    "dblists/group1.dblist": "aawiki\n",
    "dblists/group2.dblist": "%% all - testwikis - group1\n",
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(staging, name), text);

  const { summary, wikis } = await readTrain(place, services());

  assert.deepEqual(
    [summary.version, summary.oldVersion, summary.station, summary.task?.id, summary.wikis],
    [NEW, OLD, "group0", "T1", 3],
  );
  assert.deepEqual(wikis.groups.group2, ["bbwiki"]);
  assert.deepEqual(summary.warnings, []);
  const labs = await readTrain({ ...place, realm: "labs" }, services());
  assert.deepEqual(labs.wikis.versions, { testwiki: "master" });
  const other = await readTrain({ ...place, realm: "other" }, services());
  assert.equal(other.summary.wikis, 3);
});

test("services are asked once a minute, and a short failure is not shown", async () => {
  respondWell();
  let now = 0;
  const read = services(() => now);
  await read.read();
  requested.length = 0;
  await read.read();
  assert.deepEqual(requested, []);

  delete responses[BLOCKERS];
  delete responses[BRANCHES];
  now += 60_000;
  const short = await read.read();
  assert.equal(requested.length, 2);
  assert.ok(short.task !== undefined && "text" in short.task);
  now += 10 * 60_000;
  const long = await read.read();
  assert.deepEqual(long, {
    task: { problem: "it responded with 503" },
    branches: { problem: "it responded with 503" },
  });
});
