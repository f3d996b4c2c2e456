import assert from "node:assert/strict";
import { test } from "node:test";
import { countRunningDeployments } from "../../scripts/running-deployments.ts";
import { holdScript } from "../holder/held-job.ts";
import { until } from "../support/until.ts";

test("npm start counts the deployments that continue when it stops, and not those that have ended", async (t) => {
  const { dataDir, childPid } = await holdScript(t, "read line");
  assert.equal(await countRunningDeployments(dataDir), 1);

  process.kill(childPid, "SIGKILL");

  await until("the holder to exit", async () => (await countRunningDeployments(dataDir)) === 0);
});

test("without a deployment there is none to continue", async () => {
  assert.equal(await countRunningDeployments("/nowhere"), 0);
});
