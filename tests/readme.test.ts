import assert from "node:assert/strict";
import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
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

test("the default that a setting's words name is the one it has", () => {
  for (const [name, schema] of Object.entries(SETTINGS)) {
    const { success, data } = schema.safeParse(undefined);
    assert.ok(success, `${name} may be absent`);
    const named = /Default: `?([^`\s]+?)`?(?: below the working directory)?\.(?:\s|$)/.exec(
      schema.description ?? "",
    )?.[1];
    // Of the others the words say what takes the place of a value: a package's, the host's, nothing at all.
    if (named === undefined || named === "never" || named.startsWith("http")) {
      assert.ok(data === undefined || name === "WORKER_HOST" || name === "SCAP_ENVIRONMENT", name);
    } else {
      assert.equal(String(data), named, name);
    }
  }
});

const PAPERS = [
  "README.md",
  "ARCHITECTURE.md",
  "CONTRIBUTING.md",
  ...globSync("{docs,worker,sandbox}/**/*.md", { cwd: ROOT }),
].map((paper) => ({ paper, text: readFileSync(path.join(ROOT, paper), "utf8") }));

test("every file that the papers link to exists", () => {
  assert.ok(PAPERS.length > 10);
  for (const { paper, text } of PAPERS) {
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g)].map(([, link]) => link ?? "");
    for (const link of links) {
      assert.ok(
        existsSync(path.resolve(ROOT, path.dirname(paper), link)),
        `${paper} links to ${link}, which is not there`,
      );
    }
  }
});

test("every path that the papers name exists, and holds what they say is in it", () => {
  const folders = readdirSync(ROOT, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() && !entry.name.startsWith(".") ? [entry.name] : [],
  );
  const isPath = new RegExp(`^(${folders.join("|")})/[\\w./[\\]-]*$`);
  let count = 0;
  for (const { paper, text } of PAPERS) {
    for (const [, word = ""] of text.matchAll(/`([^`\n]+)`/g)) {
      if (!isPath.test(word)) continue;
      count += 1;
      assert.ok(existsSync(path.join(ROOT, word)), `${paper} names ${word}, which is not there`);
    }
    for (const [, name = "", file = ""] of text.matchAll(/`(\w+)`\s+in\s+`([\w./-]+\.ts)`/g)) {
      count += 1;
      const beside = path.join(path.dirname(paper), file);
      const holder = [file, beside].map((at) => path.join(ROOT, at)).find((at) => existsSync(at));
      assert.ok(holder !== undefined, `${paper} names ${file}, which is not there`);
      assert.match(readFileSync(holder, "utf8"), new RegExp(`\\b${name}\\b`), `${paper}: ${name} in ${file}`);
    }
  }
  assert.ok(count > 40, `only ${count} were found`);
});

test("every command that the papers tell to type is there", () => {
  const { scripts } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  const named = PAPERS.flatMap(({ text }) =>
    [...text.matchAll(/npm run (?!-)([a-z:]+)/g)].map(([, name = ""]) => name),
  );
  assert.ok(named.length > 10);
  assert.deepEqual(
    named.filter((name) => !(name in scripts)),
    [],
  );
});
