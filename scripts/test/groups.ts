/**
 * What `npm test` consists of, in the order it is begun and shown: cheap and telling first. A new group is a new entry
 * here. One that finds nothing to do has failed: a check that guards nothing looks like one that passes.
 */
import { globSync } from "node:fs";
import { inProject } from "../root.ts";

/** A check passes or fails as a whole. Its commands run one after the other, the first that fails ends it. */
export type CheckGroup = {
  kind: "check";
  name: string;
  about: string;
  commands: readonly (readonly string[])[];
};
/** Files of node:test below folders; the most specific folder decides, so `tests` has what no other group has. */
export type FilesGroup = {
  kind: "files";
  name: string;
  about: string;
  folders: readonly string[];
  database: boolean;
  /** Its web processes serve the pages, which are built before its first file is run. */
  pages?: boolean;
};
export type BrowserGroup = { kind: "browser"; name: string; about: string; folders: readonly string[] };
export type Group = CheckGroup | FilesGroup | BrowserGroup;

const check = (name: string, about: string, commands: CheckGroup["commands"]): CheckGroup => ({
  kind: "check",
  name,
  about,
  commands,
});

export const GROUPS: readonly Group[] = [
  check("types", "TypeScript's compiler accepts every file", [
    // Writes next-env.d.ts and the types of the routes, which a fresh checkout does not have.
    ["next", "typegen"],
    ["tsc", "--noEmit", "-p", "."],
  ]),
  check("lint", "no rule of the linter is broken", [["oxlint", "--type-aware"]]),
  check("format", "every file is formatted", [["oxfmt", "--check"]]),
  check("dead-code", "no file, export or package is unused", [["knip"]]),
  check("schema", "the migrations lead to the schema that the code declares", [
    ["node", "scripts/test/schema-drift.ts"],
  ]),
  {
    kind: "files",
    name: "unit",
    about: "pure parts",
    folders: ["tests", "tests/worker/prompt", "tests/worker/terminal"],
    database: false,
  },
  {
    kind: "files",
    name: "database",
    about: "tables, use cases, queue and HTTP on a real PostgreSQL",
    folders: ["tests/lib/db", "tests/lib/migrate", "tests/lib/actions", "tests/lib/queue", "tests/lib/web"],
    database: true,
  },
  {
    kind: "files",
    name: "worker",
    about: "terminals, holders, the worker, the sandbox, the two commands",
    folders: ["tests/worker", "tests/holder", "tests/sandbox", "tests/scripts", "tests/soak"],
    database: true,
  },
  {
    kind: "files",
    name: "http",
    about: "a web process, and requests to it byte for byte",
    folders: ["tests/http"],
    database: true,
    pages: true,
  },
  {
    kind: "files",
    name: "chaos",
    about: "deployments while workers, web processes, hosts and the database die",
    folders: ["tests/chaos"],
    database: true,
    pages: true,
  },
  { kind: "browser", name: "browser", about: "the whole product in a browser", folders: ["tests/e2e"] },
];

/** Paths from the project's root, in a stable order. */
export function testFiles(group: FilesGroup | BrowserGroup): string[] {
  const pattern = group.kind === "browser" ? "**/*.{test,spec}.ts" : "**/*.test.ts";
  const files = group.folders.flatMap((folder) => globSync(`${folder}/${pattern}`, { cwd: inProject() }));
  return [...new Set(files)].filter((file) => group.folders.includes(mostSpecificFolder(file))).toSorted();
}

/** Of the folders of all groups, the longest one that the file is in: its group runs the file. */
function mostSpecificFolder(file: string): string {
  const folders = GROUPS.flatMap((group) => (group.kind === "check" ? [] : group.folders));
  const longestFirst = folders.toSorted((a, b) => b.length - a.length);
  return longestFirst.find((folder) => file.startsWith(`${folder}/`)) ?? "";
}
