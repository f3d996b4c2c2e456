// The metrics for Prometheus, on a database with a known history.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { query, transaction } from "#lib/db/connection.ts";
import { switchLaneRow } from "#lib/db/lanes.ts";
import { insertWorker } from "#lib/db/workers.ts";
import { renderMetrics } from "#lib/web/metrics.ts";
import { startApi } from "./api.ts";
import { aJob } from "../../seed/seed.ts";

const api = await startApi(after);

async function sampled(): Promise<Map<string, number>> {
  const text = await (await api.call("/api/metrics")).text();
  const samples = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(samples.map((line) => [line.replace(/ \S+$/, ""), Number(line.split(" ").at(-1))]));
}

test("scrapes at the same time share one reading, also those of two instances of the module", async () => {
  // Next loads the route handler as an instance of its own.
  const address = new URL("../../../lib/web/metrics.ts?second", import.meta.url);
  const second = (await import(address.href)) as typeof import("#lib/web/metrics.ts");

  const [one, other] = [renderMetrics(), second.renderMetrics()];

  assert.notEqual(second.renderMetrics, renderMetrics);
  assert.equal(one, other);
  await one;
});

test("jobs that have not ended are counted by lane and state, and the oldest ones have their age", async () => {
  const before = await sampled();
  assert.equal(before.get("spiderpig_interaction_oldest_seconds"), 0);

  await aJob(api.db, { lane: "a" }).succeeded();
  await aJob(api.db, { lane: "b", at: new Date(Date.now() - 60_000) }).waiting();
  await aJob(api.db, { lane: "b", at: new Date(Date.now() - 30_000) }).queued();
  await aJob(api.db, { lane: "b" }).queued();
  const now = await sampled();

  const jobs = [...now].filter(([name]) => name.startsWith("spiderpig_jobs{"));
  assert.deepEqual(Object.fromEntries(jobs), {
    'spiderpig_jobs{lane="b",state="queued"}': 2,
    'spiderpig_jobs{lane="b",state="waiting"}': 1,
  });
  assert.equal(now.get("spiderpig_interactions_pending"), 1);
  for (const [name, atLeast] of [
    ["spiderpig_interaction_oldest_seconds", 50],
    ['spiderpig_queue_oldest_seconds{lane="b"}', 29],
  ] as const) {
    const age = now.get(name) ?? 0;
    assert.ok(age >= atLeast && age < 3600, `${name}: ${age} s`);
  }
});

test("a lane whose jobs wait for a host that cannot start them is named with the host and the reason", async () => {
  await insertWorker(api.db, { id: randomUUID(), host: "deploy1", pid: 1, version: "0", publicKey: "" });
  await query(
    api.db,
    "update spiderpig.worker set heartbeat_at = now() + interval '1 hour' where host = 'deploy1'",
  );
  const bind = (lane: string, host: string) => transaction(api.db, (tx) => switchLaneRow(tx, lane, host));
  await aJob(api.db, { lane: "unreachable" }).queued();
  await bind("unreachable", "deploy2");
  await aJob(api.db, { lane: "ready" }).queued();
  await bind("ready", "deploy1");
  // Waits for its running job, not for the host.
  await aJob(api.db, { lane: "busy" }).running();
  await aJob(api.db, { lane: "busy" }).queued();
  await bind("busy", "deploy2");

  const blocked = [...(await sampled())].filter(([name]) => name.startsWith("spiderpig_lane_blocked{"));
  assert.deepEqual(blocked, [
    ['spiderpig_lane_blocked{lane="unreachable",host="deploy2",reason="not_responding"}', 1],
  ]);
});
