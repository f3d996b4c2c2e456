import assert from "node:assert/strict";
import { test } from "node:test";
import { SENSITIVE_NOTICE } from "../../worker/transcript.ts";
import { HIDDEN_LINE } from "../../app/lib/hidden-line.ts";

test("the page recognises a hidden line by the words that the worker puts in its place", () => {
  assert.equal(HIDDEN_LINE, SENSITIVE_NOTICE);
});
