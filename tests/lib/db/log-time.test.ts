// The line of the log at a time.
import assert from "node:assert/strict";
import { test } from "node:test";
import { transaction } from "#lib/db/connection.ts";
import { findLineAt } from "#lib/db/log.ts";
import { findOutputState, storeOutput } from "#lib/db/output.ts";
import { aJob } from "../../seed/seed.ts";
import { printed } from "../../seed/printed.ts";
import { schemaWorld } from "./schema-world.ts";

const { db } = await schemaWorld();
const START = Date.parse("2026-03-04T05:00:00Z");
const at = (seconds: number) => new Date(START + seconds * 1000);

test("the first line at or after a time is found, among settled and live lines", async () => {
  const { id } = await aJob(db, { lane: "times" }).running();
  for (const [seconds, lines, live] of [
    [10, ["a", "b"], []],
    [20, ["c"], []],
    [30, [], ["d"]],
  ] as const) {
    const before = await findOutputState(db, id);
    const output = printed(before, lines, { at: at(seconds), live });
    await transaction(db, (tx) =>
      storeOutput(tx, { jobId: id, epoch: 1 }, before, { output, phases: [], progress: null, status: null }),
    );
  }
  const found = async (seconds: number) => findLineAt(db, id, at(seconds).toISOString());

  assert.deepEqual(
    [await found(0), await found(10), await found(11), await found(25), await found(31)],
    [1, 1, 3, 4, undefined],
  );
});
