import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { unpackedChromium } from "../../../scripts/test/chromium.ts";

test("the browser that comes with the packages starts where none is installed", () => {
  assert.match(execFileSync(unpackedChromium(), ["--version"], { encoding: "utf8" }), /^Chromium \d+/);
});
