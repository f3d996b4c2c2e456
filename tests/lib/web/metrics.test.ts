// The metrics for Prometheus, on a database with a known history.
import assert from "node:assert/strict";
import { after, test } from "node:test";
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
