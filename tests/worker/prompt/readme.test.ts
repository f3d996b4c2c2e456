import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import assert from "node:assert/strict";

const README = path.join(import.meta.dirname, "../../../worker/prompt/README.md");

test("every rule of the README names a case that exists", () => {
  const text = readFileSync(README, "utf8");
  const links = [...text.matchAll(/\]\((\.\.\/[^)]+)\)/g)].map((found) => found[1] ?? "");
  const rows = text.split("\n").filter((line) => line.startsWith("| ") && line.includes("tests/fixtures"));

  assert(links.length > 50 && rows.length > 20, "the README has no rules to check");
  assert.deepEqual(
    links.filter((link) => !existsSync(path.join(path.dirname(README), link))),
    [],
  );
});
