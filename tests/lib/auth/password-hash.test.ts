import assert from "node:assert/strict";
import { test } from "node:test";
import { hashPassword, PASSWORD_COST, verifyPassword } from "#lib/auth/password-hash.ts";

test("a hash verifies its password and no other, whatever cost it was made with", async () => {
  const hashes = await Promise.all([hashPassword("correct horse"), hashPassword("correct horse", 4)]);
  assert.notEqual(hashes[1], await hashPassword("correct horse", 4), "each has its own salt");
  assert.match(hashes[0] ?? "", new RegExp(`^scrypt:${PASSWORD_COST}:`));

  for (const hash of hashes) {
    assert.ok(await verifyPassword({ hash, password: "correct horse" }));
    assert.ok(!(await verifyPassword({ hash, password: "correct horses" })));
  }
});

test("a password is the same from every keyboard", async () => {
  const hash = await hashPassword("na\u00efve horse", 4);

  assert.ok(await verifyPassword({ hash, password: "nai\u0308ve horse" }));
});

test("an account whose hash is empty or damaged accepts no password", async () => {
  const hash = await hashPassword("", 4);
  for (const damaged of ["", "scrypt:4:salt:", hash.slice(0, -4), hash.replace("scrypt:4", "scrypt:3")]) {
    assert.ok(!(await verifyPassword({ hash: damaged, password: "" })), damaged);
  }
});
