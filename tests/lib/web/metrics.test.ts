// The metrics for Prometheus, on a database with a known history.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startApi } from "./api.ts";
import { aJob } from "../../seed/seed.ts";

const api = await startApi(after);

async function sampled(): Promise<Map<string, number>> {
  const text = await (await api.call("/api/metrics")).text();
  const samples = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(samples.map((line) => [line.replace(/ \S+$/, ""), Number(line.split(" ").at(-1))]));
}

test("every state and outcome has a count, including zero, and the oldest question has its age", async () => {
  const before = await sampled();
  assert.equal(before.get("spiderpig_interaction_oldest_seconds"), 0);

  await aJob(api.db, { lane: "a" }).succeeded();
  await aJob(api.db, { lane: "a" }).failed("rolled_back");
  await aJob(api.db, { lane: "b", at: new Date(Date.now() - 60_000) }).waiting();
  await aJob(api.db, { lane: "b" }).queued();
  const now = await sampled();

  const changed = [...now].filter(
    ([name, value]) =>
      value !== before.get(name) && !name.endsWith("_seconds") && name !== "spiderpig_workers",
  );
  assert.deepEqual(Object.fromEntries(changed), {
    'spiderpig_jobs{state="queued"}': 1,
    'spiderpig_jobs{state="waiting"}': 1,
    'spiderpig_jobs{state="succeeded"}': 1,
    'spiderpig_jobs{state="failed"}': 1,
    'spiderpig_jobs_ended{outcome="completed"}': 1,
    'spiderpig_jobs_ended{outcome="rolled_back"}': 1,
    spiderpig_interactions_pending: 1,
  });
  const age = now.get("spiderpig_interaction_oldest_seconds") ?? 0;
  assert.ok(age >= 50 && age < 3600, `${age} s`);
});
