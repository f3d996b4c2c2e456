import assert from "node:assert/strict";
import { test } from "node:test";
import { createSecretKeys, seal } from "#lib/sealed-box.ts";

const QUESTION = { jobId: 12, interactionId: 34 };

test("a sealed secret opens for the worker and the question it was sealed to, and for no other", () => {
  const worker = createSecretKeys();
  const other = createSecretKeys();

  const sealed = seal(worker.publicKey, "correct horse ✓", QUESTION);

  assert.equal(worker.open(sealed, QUESTION), "correct horse ✓");
  assert.equal(other.open(sealed, QUESTION), undefined);
  assert.equal(worker.open(sealed, { ...QUESTION, jobId: 13 }), undefined);
  assert.equal(worker.open(sealed, { ...QUESTION, interactionId: 35 }), undefined);
});

test("a sealed secret that was modified anywhere does not open", () => {
  const worker = createSecretKeys();
  const sealed = Buffer.from(seal(worker.publicKey, "secret", QUESTION), "base64");

  for (let at = 0; at < sealed.length; at += 1) {
    const changed = Buffer.from(sealed);
    changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
    assert.equal(worker.open(changed.toString("base64"), QUESTION), undefined, `byte ${at}`);
  }
  assert.equal(worker.open("", QUESTION), undefined);
  assert.equal(worker.open("not base64 at all", QUESTION), undefined);
});

test("sealing the same secret twice gives different text, and the longest one fits into a notification", () => {
  const { publicKey } = createSecretKeys();
  const longest = "x".repeat(4094);

  assert.notEqual(seal(publicKey, "secret", QUESTION), seal(publicKey, "secret", QUESTION));
  assert.ok(seal(publicKey, longest, QUESTION).length < 7900, "a notification holds less than 8000 bytes");
});
