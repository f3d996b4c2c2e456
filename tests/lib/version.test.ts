import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { VERSION } from "#lib/version.ts";

test("processes report the version in package.json", () => {
  const file = path.resolve(import.meta.dirname, "../../package.json");
  const { version } = JSON.parse(readFileSync(file, "utf8")) as { version: string };
  assert.equal(VERSION, version);
});
