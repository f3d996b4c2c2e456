// The folders and their layers, checked. The table says which folder may import which. An entry that is not used fails too,
// so the tables (tests/layers.ts) always describe the code.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import {
  FILES_WITH_CLASSES,
  FILES_WITH_NULL,
  HOMES,
  MAY_IMPORT,
  SHARED_HELPERS,
  SOURCES,
  TEST_ROOMS,
} from "./layers.ts";

const ROOT = path.resolve(import.meta.dirname, "..");
/** Both relative to the root; `target` is the name of the package if it is one. */
type Import = { file: string; target: string };

const files = SOURCES.flatMap((source) => listFiles(source));
const testFiles = listFiles("tests");
const imports = files.flatMap((file) => importsOf(file));
const testImports = testFiles.flatMap((file) => importsOf(file));

test("the check reads the files and their imports", () => {
  assert.ok(files.length > 100, `only ${files.length} files were found`);
  assert.ok(imports.length > 300, `only ${imports.length} imports were found`);
});

test("imports go from the outer to the inner folders, as the table says", () => {
  const used = new Set<string>();
  const violations: string[] = [];
  for (const { file, target } of imports.filter(isLocal)) {
    const from = roomOf(file);
    const to = roomOf(target);
    if (from === to) continue;
    used.add(`${from} → ${to}`);
    if (!(MAY_IMPORT[from] ?? []).includes(to)) violations.push(`${file} imports ${target}`);
  }
  assert.deepEqual(violations, []);
  assert.deepEqual(unusedEntries(MAY_IMPORT, used), [], "entries of the table that are not used");
});

test("no cycle between folders", () => {
  const targetsOf = new Map<string, Set<string>>();
  for (const { file, target } of [...imports, ...testImports].filter(isLocal)) {
    const [from, to] = [path.dirname(file), path.dirname(target)];
    // A folder and its subfolders are one unit; its public part is at the top.
    if (isWithin(from, to) || isWithin(to, from)) continue;
    targetsOf.set(from, (targetsOf.get(from) ?? new Set()).add(to));
  }
  const reachable = (from: string): Set<string> => {
    const reached = new Set<string>();
    const visit = (folder: string): void => {
      for (const next of targetsOf.get(folder) ?? []) {
        if (reached.has(next)) continue;
        reached.add(next);
        visit(next);
      }
    };
    visit(from);
    return reached;
  };
  assert.deepEqual(
    [...targetsOf.keys()].filter((folder) => reachable(folder).has(folder)),
    [],
    "these folders import each other",
  );
});

test("tests are imported by tests only, and share helpers as the table says", () => {
  assert.deepEqual(
    imports.filter(({ target }) => target.startsWith("tests/")).map(({ file }) => file),
    [],
  );
  const used = new Set<string>();
  const violations: string[] = [];
  for (const { file, target } of testImports.filter(isLocal)) {
    const from = testRoomOf(file);
    const to = testRoomOf(target);
    if (to === undefined || to === from || to === "tests/support" || to === "tests/seed") continue;
    used.add(`${from} → ${to}`);
    if (!(SHARED_HELPERS[from ?? ""] ?? []).includes(to)) violations.push(`${file} imports ${target}`);
  }
  assert.deepEqual(violations, []);
  assert.deepEqual(unusedEntries(SHARED_HELPERS, used), [], "entries of the table that are not used");
});

test("tests mirror the source tree, and a test named after a file is in the mirrored folder", () => {
  const mirroring = testFiles
    .filter((file) => file.endsWith(".test.ts") && path.dirname(file) !== "tests")
    .filter((file) => !TEST_ROOMS.includes(file.split("/")[1] ?? ""))
    .map((file) => ({ file, folder: path.dirname(file).slice("tests/".length), subject: nameOf(file) }));
  assert.deepEqual(
    mirroring.filter(({ folder }) => !existsSync(path.join(ROOT, folder))).map(({ file }) => file),
    [],
    "the program has no such folder",
  );
  const misplaced = mirroring.flatMap(({ file, folder, subject }) => {
    const subjects = files.filter((source) => nameOf(source) === subject && isWithin(source, folder));
    const isHere =
      subjects.some((source) => path.dirname(source) === folder) ||
      existsSync(path.join(ROOT, folder, subject));
    return subjects.length > 0 && !isHere ? [`${file} tests ${subjects.join(", ")}`] : [];
  });
  assert.deepEqual(misplaced, []);
});

test("each library is imported only where the table says", () => {
  const used = new Set<string>();
  const violations: string[] = [];
  for (const { file, target } of imports.filter((one) => !isLocal(one))) {
    const parts = target.split("/");
    const name = target.startsWith("@") ? parts.slice(0, 2).join("/") : (parts[0] ?? "");
    const homes = HOMES[name];
    const home = homes?.find((folder) => isWithin(file, folder) || file.startsWith(`${folder}.`));
    if (home !== undefined) used.add(`${name} → ${home}`);
    else if (homes !== undefined) violations.push(`${file} imports ${name}`);
  }
  assert.deepEqual(violations, []);
  assert.deepEqual(unusedEntries(HOMES, used), [], "entries of the table that are not used");
});

test("SQL is written where the tables are", () => {
  const executes = /import\s*\{[^}]*\b(?:query|search)\b[^}]*\}\s*from\s*"[^"]*\/connection\.ts"/;
  const folders = files
    .filter((file) => !isWithin(file, "bench") && nameOf(file) !== "connection")
    .filter((file) => executes.test(read(file)))
    .map((file) => roomOf(file));
  assert.deepEqual([...new Set(folders)].toSorted(), ["lib/db", "lib/migrate", "lib/queue"]);
});

test("permissions are checked where requests are authorised, and where notifications are sent", () => {
  const callers = files.filter((file) => /\bmay\(/.test(read(file)));
  assert.deepEqual(callers.toSorted(), [
    "lib/auth/authorise.ts",
    "lib/domain/permission.ts",
    "lib/notify/notify-devices.ts",
  ]);
});

test("browser code imports only the domain and the contract of lib", () => {
  const violations = imports
    .filter(({ file }) => read(file).startsWith('"use client"'))
    .filter(({ target }) => target.startsWith("lib/") && !/^lib\/(contract|domain)\//.test(target));
  assert.deepEqual(violations, []);
});

test("no schema of the contract reaches a browser: the page imports its types only", () => {
  const PURE = ["lib/contract/path.ts", "lib/contract/log-blocks.ts", "lib/contract/unknown-change.ts"];
  const ON_SERVER = [
    "app/features/admin/read-audit-address.ts",
    "app/features/history/read-address.ts",
    "app/features/insights/read-insights-address.ts",
  ];
  const violations = files
    .filter((file) => /^app\/(client|features|text|ui)\//.test(file) && !ON_SERVER.includes(file))
    .flatMap((file) => valueImportsOf(file))
    .filter(({ target }) => target === "zod" || (isWithin(target, "lib/contract") && !PURE.includes(target)));
  assert.deepEqual(violations, []);
});

test("things with state are closures: a class is an error, or in a file that is named", () => {
  const isOther = (line: string) => !/ extends \w*Error\b/.test(line);
  const found = files.filter((file) => (read(file).match(/^(export )?class .*/gm) ?? []).some(isOther));
  assert.deepEqual(found.toSorted(), FILES_WITH_CLASSES.toSorted());
});

test("an absent value is undefined: null only in the files that are named", () => {
  const returned = /^(?:(?:export )?(?:async )?function .*)?\): (?:Promise<)?[^{\n]*\| null>? \{$/m;
  const declared = /^\s*let \w+(?:: [^=;\n]*)? = null;$/m;
  const found = files.filter((file) => returned.test(read(file)) || declared.test(read(file)));
  assert.deepEqual(found.toSorted(), Object.keys(FILES_WITH_NULL).toSorted());
});

test("no marker, debugger statement or focused test is left in the code", () => {
  const leftovers = /\b(FIXME|XXX)\b|\b(test|it|describe)\.only\(|\bdebugger\b/;
  const self = path.relative(ROOT, import.meta.filename);
  const found = [...files, ...testFiles].filter((file) => file !== self && leftovers.test(read(file)));
  assert.deepEqual(found, []);
});

function isLocal({ target }: Import): boolean {
  return /\.\w+$/.test(target) && existsSync(path.join(ROOT, target));
}

function unusedEntries(table: Record<string, readonly string[]>, used: ReadonlySet<string>): string[] {
  return Object.entries(table)
    .flatMap(([from, targets]) => targets.map((to) => `${from} → ${to}`))
    .filter((entry) => !used.has(entry));
}

function isWithin(file: string, folder: string): boolean {
  return file === folder || file.startsWith(`${folder}/`);
}

function nameOf(file: string): string {
  return path.basename(file).replace(/(\.test)?\.\w+$/, "");
}

function read(file: string): string {
  return readFileSync(path.join(ROOT, file), "utf8");
}

function roomOf(file: string): string {
  const rooms = Object.keys(MAY_IMPORT).filter((room) => isWithin(file, room));
  const room = rooms.toSorted((a, b) => b.length - a.length)[0];
  assert.ok(room !== undefined, `${file} is in no folder of the table`);
  return room;
}

/** tests/chaos, tests/lib/db or tests/worker/prompt; undefined for a file of the program. */
function testRoomOf(file: string): string | undefined {
  const [root, first, second] = path.dirname(file).split("/");
  if (root !== "tests") return undefined;
  const hasParts = first === "lib" || first === "worker";
  return [root, first, ...(hasParts ? [second] : [])].filter((part) => part !== undefined).join("/");
}

/** Relative to the root. */
function listFiles(target: string): string[] {
  const absolute = path.join(ROOT, target);
  if (statSync(absolute).isFile()) return [target];
  return readdirSync(absolute, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|mjs)$/.test(entry.name))
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)));
}

/** Without imports of `node:` modules and style sheets. */
function importsOf(file: string): Import[] {
  const text = read(file);
  const specifiers = [
    ...text.matchAll(/^\s*(?:import|export)\s[^"';]*?from\s+"([^"]+)"/gm),
    ...text.matchAll(/^\s*import\s+"([^"]+)"/gm),
    ...text.matchAll(/\bimport\(\s*"([^"]+)"\s*\)/g),
    ...text.matchAll(/\bcreateRequire\([^)]*\)\(\s*"([^"]+)"/g),
  ].flatMap(([, specifier]) => (specifier === undefined ? [] : [specifier]));
  return specifiers
    .filter((specifier) => !specifier.startsWith("node:") && !specifier.endsWith(".css"))
    .map((specifier) => ({ file, target: resolve(file, specifier) }));
}

/** What remains of the local and library imports when types are erased. */
function valueImportsOf(file: string): Import[] {
  const statements = [...read(file).matchAll(/^import (?!type )([^"';]*?)from "([^"]+)"/gm)];
  return statements
    .filter(([, names = ""]) => !/^\{(?:\s*type \w+,?)+\s*\}\s*$/.test(names))
    .map(([, , specifier = ""]) => ({ file, target: resolve(file, specifier) }));
}

function resolve(file: string, specifier: string): string {
  if (specifier.startsWith("#lib/")) return specifier.slice(1);
  return specifier.startsWith(".") ? path.join(path.dirname(file), specifier) : specifier;
}
