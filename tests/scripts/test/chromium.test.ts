import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { findChromium } from "../../../scripts/test/chromium.ts";

test("the browser that comes with the packages starts when CHROMIUM_PATH names no other", () => {
  assert.match(execFileSync(findChromium(), ["--version"], { encoding: "utf8" }), /^Chromium \d+/);
});
