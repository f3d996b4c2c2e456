// The layers of the house, checked. The table says which folder may import which; a grant that nobody uses is
// taken back, so the table stays what the code is.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";

const ROOT = path.resolve(import.meta.dirname, "..");
const SOURCES = [
  "app",
  "web",
  "lib",
  "worker",
  "holder",
  "sandbox",
  "scripts",
  "admin",
  "instrumentation.ts",
];

/** Folder → folders it may import besides itself. The longest matching folder decides. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  "lib/domain": [],
  "lib/contract": ["lib", "lib/domain"],
  lib: ["lib/domain"],
  "lib/gerrit": ["lib", "lib/domain", "lib/contract"],
  "lib/db": ["lib", "lib/domain", "lib/contract"],
  "lib/queue": ["lib", "lib/db"],
  "lib/migrate": ["lib/db", "lib/queue"],
  "lib/actions": ["lib", "lib/domain", "lib/contract", "lib/db", "lib/queue", "lib/gerrit"],
  "lib/web": ["lib", "lib/domain", "lib/contract", "lib/db", "lib/gerrit", "lib/actions"],
  app: [
    "lib",
    "lib/domain",
    "lib/contract",
    "lib/web",
    "app/ui",
    "app/client",
    "app/features/account",
    "app/features/change",
    "app/features/home",
    "app/features/job",
    "app/features/shell",
  ],
  "app/api": ["lib", "lib/domain", "lib/contract", "lib/db", "lib/actions", "lib/web"],
  "app/text": ["lib/domain", "lib/contract"],
  "app/client": ["lib/domain", "lib/contract", "lib/web"],
  "app/ui": ["lib/domain", "lib/contract", "app/client", "app/text"],
  "app/features/account": ["lib/domain", "app/client", "app/text", "app/ui"],
  "app/features/change": ["lib/domain", "lib/contract", "app/client", "app/ui"],
  "app/features/notifications": ["lib/domain", "lib/contract", "app/client", "app/text", "app/ui"],
  "app/features/shell": [
    "lib/domain",
    "lib/contract",
    "app/client",
    "app/text",
    "app/ui",
    "app/features/notifications",
  ],
  "app/features/log": ["lib/domain", "lib/contract", "app/client", "app/text", "app/ui"],
  "app/features/question": [
    "lib/domain",
    "lib/contract",
    "app/client",
    "app/text",
    "app/ui",
    "app/features/log",
  ],
  "app/features/job": [
    "lib/domain",
    "lib/contract",
    "app/client",
    "app/text",
    "app/ui",
    "app/features/change",
    "app/features/log",
    "app/features/notifications",
    "app/features/question",
    "app/features/shell",
  ],
  "app/features/home": [
    "lib/domain",
    "lib/contract",
    "app/client",
    "app/text",
    "app/ui",
    "app/features/change",
    "app/features/job",
    "app/features/notifications",
    "app/features/question",
    "app/features/shell",
  ],
  worker: [
    "lib",
    "lib/domain",
    "lib/contract",
    "lib/db",
    "lib/queue",
    "lib/migrate",
    "holder/client",
    "holder/protocol",
    "worker/prompt",
    "worker/output",
    "worker/terminal",
  ],
  "worker/output": ["lib/domain", "lib/db", "lib/contract", "worker/prompt"],
  "worker/prompt": ["lib/domain", "holder/protocol", "worker/terminal"],
  "worker/terminal": [],
  "holder/protocol": [],
  "holder/client": ["holder/protocol"],
  "holder/program": ["holder/protocol"],
  sandbox: [],
  web: ["lib", "lib/db", "lib/migrate", "lib/web"],
  admin: ["lib", "lib/domain", "lib/db", "lib/migrate", "lib/web"],
  scripts: ["lib", "lib/domain", "holder/client"],
  "instrumentation.ts": ["lib/web"],
};

/** Library → the only folders that may import it. */
const HOMES: Record<string, readonly string[]> = {
  pg: ["lib/db", "lib/migrate"],
  "drizzle-orm": ["lib/db"],
  "pg-boss": ["lib/queue"],
  "node-pty": ["holder/program"],
  koffi: ["holder/program", "sandbox"],
  "better-auth": ["lib/web", "lib/db"],
  next: ["app", "lib/web", "web"],
  react: ["app", "lib/web"],
  pino: ["lib"],
};

type Import = { file: string; from: string; target: string };

const files = SOURCES.flatMap((source) => listSources(path.join(ROOT, source)));
const imports = files.flatMap((file) => importsOf(file));

test("the check has something to check", () => {
  assert.ok(files.length > 100, `only ${files.length} files were found`);
  assert.ok(imports.length > 300, `only ${imports.length} imports were found`);
});

test("imports go from the outside to the inside, never back and never across", () => {
  const used = new Set<string>();
  const faults: string[] = [];
  for (const { file, target } of imports) {
    if (!target.startsWith("/")) continue;
    const from = roomOf(path.relative(ROOT, file));
    const to = roomOf(path.relative(ROOT, target));
    if (from === to) continue;
    used.add(`${from} → ${to}`);
    if (!(MAY_IMPORT[from] ?? []).includes(to))
      faults.push(`${path.relative(ROOT, file)} imports ${path.relative(ROOT, target)}`);
  }
  assert.deepEqual(faults, []);
  const unused = Object.entries(MAY_IMPORT)
    .flatMap(([from, targets]) => targets.map((to) => `${from} → ${to}`))
    .filter((edge) => !used.has(edge));
  assert.deepEqual(unused, [], "these grants are used by nobody");
});

test("each library with a home is imported only there", () => {
  const used = new Set<string>();
  const faults: string[] = [];
  for (const { file, target } of imports) {
    const name = target.startsWith("@")
      ? target.split("/").slice(0, 2).join("/")
      : (target.split("/")[0] ?? "");
    const relative = path.relative(ROOT, file);
    const homes = HOMES[name];
    const home = homes?.find(
      (folder) => relative.startsWith(`${folder}/`) || relative.startsWith(`${folder}.`),
    );
    if (home !== undefined) used.add(`${name} in ${home}`);
    else if (homes !== undefined) faults.push(`${relative} imports ${name}`);
  }
  assert.deepEqual(faults, []);
  const unused = Object.entries(HOMES)
    .flatMap(([name, homes]) => homes.map((home) => `${name} in ${home}`))
    .filter((home) => !used.has(home));
  assert.deepEqual(unused, [], "nobody lives there");
});

test("statements are written where the tables are", () => {
  const asks = /import\s*\{[^}]*\b(?:query|search)\b[^}]*\}\s*from\s*"[^"]*\/connection\.ts"/;
  const askers = files.filter(
    (file) => path.basename(file) !== "connection.ts" && asks.test(readFileSync(file, "utf8")),
  );
  const rooms = askers.map((file) => roomOf(path.relative(ROOT, file)));
  assert.deepEqual([...new Set(rooms)].toSorted(), ["lib/db", "lib/migrate", "lib/queue"]);
});

test("whether somebody may do something is asked in one place", () => {
  const home = "lib/domain/permission.ts";
  const askers = files
    .filter((file) => /\bmay\(/.test(readFileSync(file, "utf8")))
    .map((file) => path.relative(ROOT, file));
  assert.deepEqual(askers.toSorted(), [home, "lib/web/authorise.ts"]);
});

test("what runs in the browser imports only words and wire formats", () => {
  const faults = imports
    .filter(({ file }) => readFileSync(file, "utf8").startsWith('"use client"'))
    .filter(({ target }) => target.startsWith("/"))
    .map(({ file, target }) => ({ file: path.relative(ROOT, file), target: path.relative(ROOT, target) }))
    .filter(({ target }) => target.startsWith("lib/") && !/^lib\/(contract|domain)\//.test(target));
  assert.deepEqual(faults, []);
});

test("nothing was left lying about", () => {
  const leftovers = /\b(FIXME|XXX)\b|\b(test|it|describe)\.only\(|\bdebugger\b/;
  const faults = [...files, ...listSources(path.join(ROOT, "tests"))]
    .filter((file) => file !== import.meta.filename)
    .filter((file) => leftovers.test(readFileSync(file, "utf8")))
    .map((file) => path.relative(ROOT, file));
  assert.deepEqual(faults, []);
});

function roomOf(relative: string): string {
  const rooms = Object.keys(MAY_IMPORT).filter(
    (room) => relative === room || relative.startsWith(`${room}/`),
  );
  const room = rooms.toSorted((a, b) => b.length - a.length)[0];
  assert.ok(room !== undefined, `${relative} lies in no room of the table`);
  return room;
}

function listSources(target: string): string[] {
  if (statSync(target).isFile()) return [target];
  return readdirSync(target, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|mjs)$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name));
}

/** Relative and `#lib/` imports as absolute paths, packages by name; `node:` is left out. */
function importsOf(file: string): Import[] {
  const text = readFileSync(file, "utf8");
  const specifiers = [
    ...text.matchAll(/^\s*(?:import|export)\s[^"';]*?from\s+"([^"]+)"/gm),
    ...text.matchAll(/^\s*import\s+"([^"]+)"/gm),
    ...text.matchAll(/\bimport\(\s*"([^"]+)"\s*\)/g),
    ...text.matchAll(/\bcreateRequire\([^)]*\)\(\s*"([^"]+)"/g),
  ].flatMap(([, specifier]) => (specifier === undefined ? [] : [specifier]));
  return specifiers
    .filter((specifier) => !specifier.startsWith("node:") && !specifier.endsWith(".css"))
    .map((specifier) => ({ file, from: path.dirname(file), target: resolve(file, specifier) }));
}

function resolve(file: string, specifier: string): string {
  if (specifier.startsWith("#lib/")) return path.join(ROOT, "lib", specifier.slice("#lib/".length));
  return specifier.startsWith(".") ? path.resolve(path.dirname(file), specifier) : specifier;
}
