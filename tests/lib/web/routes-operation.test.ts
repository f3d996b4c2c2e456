// Operations over HTTP. The train: its state, and which requests to move it fit that state. Operations of a site: which definition
// a request starts.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { job as jobSchema } from "#lib/contract/job.ts";
import { trainResponse } from "#lib/contract/train.ts";
import { query } from "#lib/db/connection.ts";
import { storeTrainState } from "#lib/db/train.ts";
import { trainState } from "#lib/domain/train.ts";
import { operationList } from "#lib/contract/operation.ts";
import { startApi } from "./api.ts";
import { siteOperation } from "./site-operation.ts";

const { file: operationsFile, defineOperation } = siteOperation(after);
process.env["OPERATIONS_FILE"] = operationsFile;
const api = await startApi(after);
const code = async (...call: Parameters<typeof api.refused>) => (await api.refused(...call)).code;
const countJobs = async () => (await query(api.db, "select from spiderpig.job")).length;
const NEW = "1.47.0-wmf.11";
const OLD = "1.47.0-wmf.10";
const PROMOTE = {
  kind: "train",
  action: "promote",
  group: "group0",
  version: NEW,
  oldVersion: OLD,
  excludedWikis: "bbwiki",
  pause: true,
};

/** As a worker reads it. @param onNew the wikis that run the version of the train. */
function readTrain(onNew: readonly string[], warnings: string[] = []): Promise<boolean> {
  const groups = { testwikis: ["testwiki"], group0: ["aawiki", "bbwiki"], group1: ["ccwiki"], group2: [] };
  const versions = Object.fromEntries(
    Object.values(groups)
      .flat()
      .map((wiki) => [wiki, onNew.includes(wiki) ? NEW : OLD]),
  );
  const facts = { version: NEW, oldVersion: OLD, task: null, warnings };
  return storeTrainState(api.db, "deploy1", trainState({ ...facts, wikis: { versions, groups } }));
}

const refused = (body: object) => api.refused("/api/jobs", { method: "POST", body });
const create = (body: object) => api.ask(jobSchema, "/api/jobs", { method: "POST", body });
const cancel = (id: number) => api.ask(jobSchema, `/api/jobs/${id}/cancellation`, { method: "POST" });
const currentTrain = async () => (await api.ask(trainResponse, "/api/train")).train;
const currentState = async () => String((await currentTrain())?.id);

test("without a worker that reads the train there is none, and nothing moves it", async () => {
  assert.equal(await currentTrain(), null);
  assert.equal((await refused({ ...PROMOTE, state: "1" })).code, "train_unknown");
});

test("a request is refused with the current state if wikis have moved since the person saw it", async () => {
  assert.equal(await readTrain([]), true);
  assert.equal(await readTrain([]), false, "the same state is not stored again");
  const seen = await currentTrain();
  assert.deepEqual([seen?.station, seen?.host, seen?.staleSince], ["start", "deploy1", null]);
  const state = String(seen?.id);
  await readTrain(["testwiki"]);

  const changed = await refused({ ...PROMOTE, state });
  const { train } = changed as unknown as { train: { station: string } };
  assert.deepEqual([changed.code, train.station], ["train_changed", "testwikis"]);

  const now = await currentState();
  assert.equal((await refused({ ...PROMOTE, oldVersion: "1.47.0-wmf.9", state: now })).code, "train_changed");
});

test("a request that does not fit the state is refused, with the field", async () => {
  const now = { ...PROMOTE, state: await currentState() };
  for (const [body, field] of [
    [{ ...now, group: "testwikis", excludedWikis: undefined }, "group"],
    [{ ...now, excludedWikis: "ccwiki" }, "excludedWikis"],
    [{ ...now, lane: "another" }, "lane"],
    [{ ...now, excludedWikis: "aawiki,--yes" }, "excludedWikis"],
    [{ ...now, version: "--help" }, "version"],
  ] as const) {
    const refusal = await refused(body);
    assert.equal(refusal.errors?.[0]?.field, field, JSON.stringify(refusal));
  }
});

test("a promotion and a rollback are one command of scap each, and only one at a time", async () => {
  const seen = await currentState();
  // No wiki has moved: the request still fits.
  await readTrain(["testwiki"], ["Task T1 is closed (resolved)."]);
  const promotion = await create({ ...PROMOTE, state: seen });
  assert.equal(
    promotion.command.join(" "),
    `deploy-promote --yes --train --old-version ${OLD} --exclude-wikis bbwiki --pause-after-testserver-sync -- group0 ${NEW}`,
  );
  assert.deepEqual(promotion.train, { before: null, after: null });
  assert.equal((await refused({ ...PROMOTE, state: seen })).code, "train_busy");
  await cancel(promotion.id);

  const { excludedWikis: _, ...everything } = PROMOTE;
  const toStart = { ...everything, action: "rollback", group: "all", version: OLD, pause: false };
  const rollback = await create({ ...toStart, state: seen });
  assert.deepEqual(rollback.command.slice(3), ["--old-version", OLD, "--", "all", OLD]);
  await cancel(rollback.id);
});

test("a state that the host no longer reports is stale, and nothing is started from it", async () => {
  await query(api.db, "update spiderpig.train_host set checked_at = now() - interval '2 minutes'");
  assert.notEqual((await currentTrain())?.staleSince, null);
  assert.equal((await refused({ ...PROMOTE, state: await currentState() })).code, "train_unknown");
});

test("a person starts the definition of an operation that they confirmed, or none", async () => {
  const confirm = async () => {
    const { operations } = await api.ask(operationList, "/api/operations");
    return operations.find(({ kind }) => kind === "purge")?.revision;
  };
  const body = { kind: "purge", wiki: "aawiki", operationRevision: await confirm() };
  const wrong = await api.refused("/api/jobs", { method: "POST", body: { ...body, wiki: "Aa" } });
  assert.deepEqual(
    [wrong.detail, wrong.errors],
    ["Wiki: Expected a database name.", [{ field: "wiki", detail: "Expected a database name" }]],
  );
  const key = { "idempotency-key": "confirmed" };
  const created = await api.ask(jobSchema, "/api/jobs", { method: "POST", body, headers: key });
  assert.deepEqual([created.command, created.parameters], [["purge", "aawiki"], { wiki: "aawiki" }]);
  await api.ask(jobSchema, `/api/jobs/${created.id}/cancellation`, { method: "POST" });

  defineOperation('purge, --all, "{wiki}"');
  const count = await countJobs();
  const { code: refusal, detail } = await api.refused("/api/jobs", { method: "POST", body });
  assert.deepEqual(
    [refusal, detail],
    ["operation_changed", "Nothing was queued. Check what Purge does now, then confirm it again."],
  );
  assert.equal(await code(`/api/jobs/${created.id}/retry`, { method: "POST" }), "operation_changed");
  const again = await api.ask(jobSchema, "/api/jobs", { method: "POST", body, headers: key });
  assert.equal(again.id, created.id, "a request that is repeated because its response was lost");
  assert.deepEqual([await countJobs(), again.command], [count, ["purge", "aawiki"]]);

  const confirmed = { ...body, operationRevision: await confirm() };
  const other = await api.ask(jobSchema, "/api/jobs", { method: "POST", body: confirmed });
  assert.deepEqual(other.command, ["purge", "--all", "aawiki"]);
});
