import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { SETTINGS } from "#lib/config.ts";

const ROOT = path.resolve(import.meta.dirname, "..");
const readme = readFileSync(path.join(ROOT, "README.md"), "utf8");

test("the README's table of settings is the program's own list", () => {
  const documented = [...readme.matchAll(/^\| `([A-Z_]+)` \| (.+) \|$/gm)].map(([, name, about]) => ({
    name,
    about,
  }));

  const actual = Object.entries(SETTINGS).map(([name, { description: about }]) => ({ name, about }));
  assert.deepEqual(documented, actual);
});

test("every file that the papers link to exists", () => {
  for (const paper of ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "docs/sql.md"]) {
    const text = readFileSync(path.join(ROOT, paper), "utf8");
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g)].map(([, link]) => link ?? "");
    for (const link of links) {
      assert.ok(
        existsSync(path.resolve(ROOT, path.dirname(paper), link)),
        `${paper} links to ${link}, which is not there`,
      );
    }
  }
});
