import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { inProject } from "../../scripts/root.ts";
import { bareEnvironment } from "../support/bare-environment.ts";

const WEB = inProject("web/main.ts");

test("a web process without required settings does not listen, and names all missing ones", () => {
  const ended = spawnSync(process.execPath, [WEB], {
    env: bareEnvironment({ PORT: "0" }),
    encoding: "utf8",
  });

  assert.equal(ended.status, 1);
  assert.equal(ended.stdout, "");
  const named = ended.stderr.trimEnd().split("\n");
  assert.deepEqual(
    named.map((line) => line.replace(/: must be set\. [A-Z].+\.$/, "")),
    ["DATABASE_URL", "GERRIT_URL", "SESSION_SECRET"],
  );
});
