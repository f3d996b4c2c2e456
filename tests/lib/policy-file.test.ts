import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { NO_POLICY } from "#lib/domain/policy.ts";
import { loadPolicy } from "#lib/policy-file.ts";

const directory = mkdtempSync(join(tmpdir(), "policy-"));
after(() => rmSync(directory, { recursive: true }));
const FILE = join(directory, "policy.json");
const KINDS = ["backport", "revert"];

function load(content: unknown) {
  writeFileSync(FILE, typeof content === "string" ? content : JSON.stringify(content));
  return loadPolicy(FILE, KINDS);
}

test("a policy is read with its defaults, and its digest changes with the file", () => {
  const first = load({ version: "1", fourEyes: [{ stages: ["testservers"] }] });
  assert.deepEqual(first.policy, {
    ...NO_POLICY,
    version: "1",
    fourEyes: [{ operations: [], stages: ["testservers"] }],
  });
  assert.notEqual(load({ version: "1" }).digest, first.digest);
  assert.deepEqual(loadPolicy(undefined, KINDS), { policy: NO_POLICY, digest: undefined });
});

test("a wrong file refuses the start and names each place that is wrong", () => {
  const cases: [content: unknown, message: RegExp][] = [
    ["{", /is not JSON/],
    [{}, /: version: /],
    [{ version: "1", fourEye: [] }, /the file: Unrecognized key: "fourEye"/],
    [{ version: "1", fourEyes: [{ stages: ["mars"] }] }, /: fourEyes\[0\]\.stages\[0\]: /],
    [
      { version: "1", fourEyes: [{ operations: ["train"] }] },
      /: fourEyes\[0\]\.operations\[0\]: there is no operation "train"/,
    ],
    [
      { version: "1", operations: { train: { roles: ["admin"] } } },
      /: operations\.train: there is no operation/,
    ],
    [{ version: "1", operations: { revert: {} } }, /: operations\.revert: must name roles or people/],
    [{ version: "1", answers: [{ stages: ["canaries"] }] }, /: answers\[0\]: must name roles or people/],
    [{ version: "1", breakGlass: { roles: ["root"] } }, /: breakGlass\.roles\[0\]: /],
  ];
  for (const [content, message] of cases) {
    assert.throws(() => load(content), { name: "ConfigError", message });
  }
  assert.throws(() => loadPolicy(join(directory, "missing"), KINDS), /POLICY_FILE: cannot be read/);
});
