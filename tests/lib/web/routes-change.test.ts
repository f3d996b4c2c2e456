// The HTTP interface: what is known about a change before it is deployed.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { changeDetails } from "#lib/contract/change.ts";
import { startApi } from "./api.ts";
import { aJob } from "../../seed/seed.ts";

const api = await startApi(after);
const ofConfig = (number: number) => ({ number, project: "operations/mediawiki-config" });

test("a change has its facts from Gerrit and its jobs from the history, newest first", async () => {
  const deployed = await aJob(api.db, { lane: "past", changes: [ofConfig(1246)] }).succeeded();
  const open = await aJob(api.db, { lane: "now", changes: [ofConfig(1246), ofConfig(1247)] }).waiting();

  const details = await api.ask(changeDetails, "/api/changes/1246", { as: "viewer" });

  assert.equal(details.change?.subject, "Offer the site in Welsh and Basque (T373001)");
  assert.deepEqual(details.unknown, []);
  assert.deepEqual(
    details.jobs.map(({ id, state, outcome }) => ({ id, state, outcome })),
    [
      { id: open.id, state: "waiting", outcome: null },
      { id: deployed.id, state: "succeeded", outcome: "completed" },
    ],
  );
});

test("a change that does not exist, or not in that project, is not found, with the reason", async () => {
  const missing = await api.refused("/api/changes/999");
  assert.deepEqual([missing.status, missing.code], [404, "change_not_found"]);
  assert.equal(missing.detail, "Gerrit has no change 999.");
  const elsewhere = await api.refused("/api/changes/1234?project=other");
  assert.equal(elsewhere.detail, "Gerrit has no change 1234 in other.");
  assert.equal((await api.refused("/api/changes/many")).code, "not_found");
  assert.equal((await api.refused("/api/changes/1234", { as: null })).code, "not_signed_in");
});

test("without Gerrit the jobs of a change are still known, and what is unknown has its reason", async () => {
  const { id } = await aJob(api.db, { lane: "alone", changes: [1250] }).succeeded();
  await api.world.close();

  const details = await api.ask(changeDetails, "/api/changes/1250");

  assert.equal(details.change, null);
  assert.deepEqual(
    details.unknown.map(({ fact, code }) => [fact, code]),
    [["change", "gerrit_unreachable"]],
  );
  assert.deepEqual(
    details.jobs.map((job) => job.id),
    [id],
  );
});
