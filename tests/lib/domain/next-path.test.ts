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
      assert.equal(new URL(safeNextPath(next), PUBLIC_URL).origin, PUBLIC_URL, next);
    }),
    { numRuns: 2000 },
  );
});
