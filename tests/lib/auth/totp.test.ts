import assert from "node:assert/strict";
import { test } from "node:test";
import { base32, codeAt, otpauthUri, stepOfCode } from "#lib/auth/totp.ts";

/** Of RFC 6238, appendix B. Its codes have eight digits, of which ours are the last six. */
const SECRET = base32(Buffer.from("12345678901234567890"));
const VECTORS: readonly [seconds: number, code: string][] = [
  [59, "94287082"],
  [1111111109, "07081804"],
  [1111111111, "14050471"],
  [1234567890, "89005924"],
  [2000000000, "69279037"],
];
const at = (seconds: number) => new Date(seconds * 1000);

test("codes are those of RFC 6238", () => {
  for (const [seconds, code] of VECTORS) assert.equal(codeAt(SECRET, at(seconds)), code.slice(2));
});

test("a code is accepted one step early and one step late, and no longer", () => {
  const code = codeAt(SECRET, at(3000));
  for (const seconds of [2970, 3000, 3029, 3059]) assert.equal(stepOfCode(SECRET, code, at(seconds)), 100);
  for (const seconds of [2969, 3060]) assert.equal(stepOfCode(SECRET, code, at(seconds)), undefined);
});

test("the URI for the app names the account and the installation", () => {
  assert.equal(
    otpauthUri("alice", "ABC", "SpiderPig (deploy.example.org)"),
    "otpauth://totp/SpiderPig%20(deploy.example.org)%3Aalice?secret=ABC&issuer=SpiderPig%20(deploy.example.org)",
  );
});
