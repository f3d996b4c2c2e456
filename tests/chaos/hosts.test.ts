// Workers on two hosts, with seeds that pull a cable at either end, kill a worker and reboot a host. Where hosts cannot
// be made the tests say why they do nothing.
import assert from "node:assert/strict";
import { test } from "node:test";
import { whyNoHosts } from "./hosts/host.ts";
import { planHostsRound, runHostsRound } from "./hosts/round.ts";

const why = whyNoHosts();

for (const seed of [3, 6]) {
  test(
    `deployments stay on their host, whatever happens to it: seed ${seed}`,
    { skip: why ?? false },
    async (t) => {
      const said: string[] = [];

      const result = await runHostsRound(
        planHostsRound(seed),
        (clean) => t.after(clean),
        (line) => said.push(line),
      );

      t.diagnostic(`${said.join("; ")}; ${result.outcomes.join(", ")}; ${result.takeOvers} taken over`);
      assert.deepEqual(result.faults, [], said.join("\n"));
    },
  );
}
