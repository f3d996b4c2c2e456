import assert from "node:assert/strict";
import { test } from "node:test";
import { QUARANTINE, quarantinedIn, withQuarantined } from "../../../scripts/test/quarantine.ts";
import { escapeRegExp } from "../../../scripts/test/run-group.ts";

const HERE = "tests/scripts/test/quarantine.test.ts";

test("every quarantined test exists", () => {
  assert.equal(quarantinedIn(QUARANTINE.map(({ file }) => file)).length, QUARANTINE.length);
});

test("an entry that names no test is refused", () => {
  const list = [{ file: HERE, test: "absent".repeat(2), reason: "renamed" }];

  assert.throws(() => quarantinedIn([HERE], list), /there is no test "absent.*" in tests\/scripts/);
  assert.deepEqual(quarantinedIn(["tests/other.test.ts"], list), []);
});

test("a quarantined test counts as skipped, with its reason, and does not hide a failure", () => {
  const result = { counts: { passed: 3, failed: 1, skipped: 1 }, skipped: ["a"] };
  const entry = { file: HERE, test: "b", reason: "races with the clock" };

  assert.deepEqual(withQuarantined(result, [entry]), {
    counts: { passed: 3, failed: 1, skipped: 2 },
    skipped: ["a", `${HERE}: b (quarantined: races with the clock)`],
  });
});

test("a test is quarantined by its exact name, whatever characters that has", () => {
  const name = "a/b (c) [d] costs $1.50? ^ * + { } | \\";

  assert.match(name, new RegExp(`^${escapeRegExp(name)}$`));
  assert.doesNotMatch(name.replace(".", "x"), new RegExp(`^${escapeRegExp(name)}$`));
});
