// Workers on two hosts, with seeds that cut the network at either end, kill a worker and reboot a host. Skipped where network
// namespaces are not available.
import assert from "node:assert/strict";
import { test } from "node:test";
import { unsupportedReason } from "./hosts/host.ts";
import { planHostsRound, runHostsRound } from "./hosts/round.ts";

const skip = unsupportedReason();

for (const seed of [3, 6]) {
  test(
    `deployments stay on their host through failures of host and network: seed ${seed}`,
    { skip: skip ?? false },
    async (t) => {
      const printed: string[] = [];

      const result = await runHostsRound(
        planHostsRound(seed),
        (clean) => t.after(clean),
        (line) => printed.push(line),
      );

      t.diagnostic(`${printed.join("; ")}; ${result.outcomes.join(", ")}; ${result.takeOvers} failovers`);
      assert.deepEqual(result.violations, [], printed.join("\n"));
    },
  );
}
