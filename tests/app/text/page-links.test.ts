// Addresses of pages.
import assert from "node:assert/strict";
import { test } from "node:test";
import { personHref } from "../../../app/text/page-links.ts";

test("a person of any name has an address", () => {
  assert.equal(personHref("O’Hara / 100%"), "/people/O%E2%80%99Hara%20%2F%20100%25");
});
