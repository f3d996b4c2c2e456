// What history.workers says about a worker.
import assert from "node:assert/strict";
import { test } from "node:test";
import { query } from "#lib/db/connection.ts";
import { aJob } from "../../seed/seed.ts";
import { schemaWorld } from "./schema-world.ts";

const { db } = await schemaWorld();

test("a worker is running, not responding or stopped, with the jobs it has", async () => {
  const { id, workerId } = await aJob(db, { lane: "worker" }).running();
  const stateOf = async () =>
    (await query(db, "select state, live_jobs from history.workers where worker_id = $1", [workerId]))[0];

  assert.deepEqual(await stateOf(), { state: "running", live_jobs: String(id) });
  await query(db, "update spiderpig.worker set heartbeat_at = now() - interval '61 seconds' where id = $1", [
    workerId,
  ]);
  assert.deepEqual(await stateOf(), { state: "not responding", live_jobs: String(id) });
  await query(db, "update spiderpig.worker set stopped_at = now() where id = $1", [workerId]);
  assert.deepEqual(await stateOf(), { state: "stopped", live_jobs: String(id) });
});
