// Where a person goes after signing in.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { safeNextPath } from "#lib/domain/next-path.ts";

const PUBLIC_URL = "https://deploy.example.org";

test("the page after sign-in is always one of ours", () => {
  const nasty = fc.string({
    unit: fc.constantFrom(..."/\\:.@?#%\t\n abej".split(""), "https:", "//", "javascript:"),
  });
  fc.assert(
    fc.property(fc.oneof(nasty, fc.string(), fc.webUrl()), (next) => {
      const { origin, pathname, search } = new URL(safeNextPath(next), PUBLIC_URL);
      assert.equal(origin, PUBLIC_URL, next);
      // As a router does that keeps the path of an address and resolves it again.
      assert.equal(new URL(pathname + search, PUBLIC_URL).origin, PUBLIC_URL, next);
    }),
    { numRuns: 2000 },
  );
});

test("dot segments hide neither another site nor a path that is not a page", () => {
  for (const next of ["/.//evil.example", "/jobs/..//evil.example", "/%2e//evil.example"]) {
    assert.equal(safeNextPath(next), "/", next);
  }
  for (const next of ["/./api/whoami", "/jobs/../sign-in"]) assert.equal(safeNextPath(next), "/", next);
  assert.equal(safeNextPath("/history?q=..//a#L12"), "/history?q=..//a#L12");
});
