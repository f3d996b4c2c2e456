// The key of scap's protocol is as secure as the secret that it is derived from.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { createProtocolKeys } from "../../worker/protocol-key.ts";

function aDataDir(t: TestContext): string {
  const dataDir = mkdtempSync(join(tmpdir(), "keys-"));
  t.after(() => rmSync(dataDir, { recursive: true }));
  return dataDir;
}

test("all workers of a host have the same key for a job, and a different one for each job", (t) => {
  const dataDir = aDataDir(t);
  const [first, second] = [createProtocolKeys(dataDir), createProtocolKeys(dataDir)];

  assert.match(first(1), /^[0-9a-f]{64}$/);
  assert.equal(first(1), second(1));
  assert.notEqual(first(1), first(2));
});

for (const left of ["", "half a secret"]) {
  test(`a secret that a power failure left ${left === "" ? "empty" : "truncated"} is not used, because it could be guessed`, (t) => {
    const dataDir = aDataDir(t);
    writeFileSync(join(dataDir, "protocol-secret"), left);

    const [first, second] = [createProtocolKeys(dataDir), createProtocolKeys(dataDir)];

    assert.equal(first(1), second(1));
    assert.notEqual(first(1), createHmac("sha256", left).update("job 1").digest("hex"));
    assert.deepEqual(readdirSync(dataDir), ["protocol-secret", "protocol-secret.1"]);
  });
}
