import assert from "node:assert/strict";
import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { SETTINGS } from "#lib/config.ts";
import { fileSettingOf, SECRETS } from "#lib/secret-files.ts";

const ROOT = path.resolve(import.meta.dirname, "..");
const readme = readFileSync(path.join(ROOT, "README.md"), "utf8");

test("the README's table of settings matches the settings of the program", () => {
  const documented = [...readme.matchAll(/^\| `([A-Z_]+)` \| (.+) \|$/gm)].map(([, name, about]) => ({
    name,
    about,
  }));

  const actual = Object.entries(SETTINGS).map(([name, { description: about }]) => ({ name, about }));
  assert.deepEqual(documented, actual);
});

test("the README names the file setting of each secret", () => {
  for (const name of SECRETS) assert.ok(readme.includes(`\`${fileSettingOf(name)}\``), name);
});

test("the default in a setting's description is its actual default", () => {
  for (const [name, schema] of Object.entries(SETTINGS)) {
    const { success, data } = schema.safeParse(undefined);
    assert.ok(success, `${name} must be optional`);
    const named = /Default: `?([^`\s]+?)`?(?: below the working directory)?\.(?:\s|$)/.exec(
      schema.description ?? "",
    )?.[1];
    // The other descriptions say what replaces a missing value: a default of a package, the host name, or nothing.
    if (named === undefined || ["never", "none"].includes(named) || named.startsWith("http")) {
      const isEmpty = data === undefined || (Array.isArray(data) && data.length === 0);
      const isQuoted = typeof data === "string" && schema.description?.includes(`Default: \`${data}\`.`);
      assert.ok(isEmpty || isQuoted === true || name === "WORKER_HOST", name);
    } else {
      assert.equal(String(data as string | number), named, name);
    }
  }
});

const DOCS = [
  "README.md",
  "ARCHITECTURE.md",
  "CONTRIBUTING.md",
  ...globSync("{docs,worker,holder,sandbox}/**/*.md", { cwd: ROOT }),
].map((doc) => ({ doc, text: readFileSync(path.join(ROOT, doc), "utf8") }));

test("every file that the docs link to exists", () => {
  assert.ok(DOCS.length > 10);
  for (const { doc, text } of DOCS) {
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g)].map(([, link]) => link ?? "");
    for (const link of links) {
      assert.ok(
        existsSync(path.resolve(ROOT, path.dirname(doc), link)),
        `${doc} links to ${link}, which does not exist`,
      );
    }
  }
});

test("every path in the docs exists, and contains the names that the docs say it defines", () => {
  const folders = readdirSync(ROOT, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() && !entry.name.startsWith(".") ? [entry.name] : [],
  );
  const isPath = new RegExp(`^(${folders.join("|")})/[\\w./[\\]-]*$`);
  let count = 0;
  for (const { doc, text } of DOCS) {
    for (const [, word = ""] of text.matchAll(/`([^`\n]+)`/g)) {
      if (!isPath.test(word)) continue;
      count += 1;
      assert.ok(existsSync(path.join(ROOT, word)), `${doc} names ${word}, which does not exist`);
    }
    for (const [, name = "", file = ""] of text.matchAll(/`(\w+)`\s+in\s+`([\w./-]+\.ts)`/g)) {
      count += 1;
      const beside = path.join(path.dirname(doc), file);
      const holder = [file, beside].map((at) => path.join(ROOT, at)).find((at) => existsSync(at));
      assert.ok(holder !== undefined, `${doc} names ${file}, which does not exist`);
      assert.match(readFileSync(holder, "utf8"), new RegExp(`\\b${name}\\b`), `${doc}: ${name} in ${file}`);
    }
  }
  assert.ok(count > 40, `only ${count} were found`);
});

test("every file that the docs mention by its name alone exists", () => {
  const all = globSync("{*,*/**/*}.{ts,tsx,sql}", { cwd: ROOT, exclude: ["node_modules", ".*"] });
  assert.ok(all.length > 300, `only ${all.length} files were found`);
  const names = new Set(all.map((file) => path.basename(file)));
  for (const { doc, text } of DOCS) {
    const mentioned = [...text.matchAll(/(?<![\w./*<-])([\w-]+(?:\.test)?\.(?:tsx?|sql))\b/g)].map(
      ([, name = ""]) => name,
    );
    assert.deepEqual(
      mentioned.filter((name) => !names.has(name)),
      [],
      `${doc} mentions files that do not exist`,
    );
  }
});

test("the README of a folder lists each of its files", () => {
  const tables = {
    worker: ["."],
    "worker/prompt": ["."],
    "worker/terminal": ["."],
    holder: ["program", "client", "protocol"],
  };
  for (const [folder, parts] of Object.entries(tables)) {
    const text = readFileSync(path.join(ROOT, folder, "README.md"), "utf8");
    const rows = text.split("\n").filter((line) => line.startsWith("| `"));
    for (const file of parts.flatMap((part) => globSync("*.ts", { cwd: path.join(ROOT, folder, part) }))) {
      assert.ok(
        rows.some((row) => row.includes(`\`${file}\``)),
        `${folder}/README.md has no row for ${file}`,
      );
    }
  }
});

test("every section that the docs link to exists", () => {
  for (const { doc, text } of DOCS) {
    for (const [, file = "", section = ""] of text.matchAll(/\]\((?!https?:)([^)#]*)#([^)]+)\)/g)) {
      const target = file === "" ? doc : path.join(path.dirname(doc), file);
      const headings = [...readFileSync(path.join(ROOT, target), "utf8").matchAll(/^#+ (.+)$/gm)];
      const anchors = headings.map(([, heading = ""]) =>
        heading
          .toLowerCase()
          .replaceAll(/[^\w -]/g, "")
          .replaceAll(" ", "-"),
      );
      assert.ok(anchors.includes(section), `${doc} links to section #${section} of ${target}`);
    }
  }
});

test("every npm script that the docs mention exists", () => {
  const { scripts } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  const named = DOCS.flatMap(({ text }) =>
    [...text.matchAll(/npm run (?!-)([a-z:]+)/g)].map(([, name = ""]) => name),
  );
  assert.ok(named.length > 10);
  assert.deepEqual(
    named.filter((name) => !(name in scripts)),
    [],
  );
});
