/** The groups of `npm test`, and which of them its arguments select. */
import { globSync } from "node:fs";
import { relative, resolve } from "node:path";
import { inProject, ROOT } from "../root.ts";

/** Passes or fails as a whole. */
export type CheckGroup = { kind: "check"; name: string; commands: readonly (readonly string[])[] };
/** Files of node:test, a process each. A file belongs to the group with the longest matching folder. */
export type FilesGroup = { kind: "files"; name: string; folders: readonly string[]; needsPages?: boolean };
/** Files of Playwright, which runs all of them in one process. */
export type BrowserGroup = { kind: "browser"; name: string; folders: readonly string[] };
export type Group = CheckGroup | FilesGroup | BrowserGroup;

/**
 * In the order in which they start: checks because they are quick, then the groups with the longest tests, so that short
 * ones are left to fill the processors at the end.
 */
export const GROUPS: readonly Group[] = [
  {
    kind: "check",
    name: "types",
    // The first writes next-env.d.ts and the types of the routes, which a fresh checkout does not have.
    commands: [
      ["next", "typegen"],
      ["tsc", "--noEmit", "-p", "."],
    ],
  },
  { kind: "check", name: "lint", commands: [["oxlint", "--type-aware"]] },
  { kind: "check", name: "format", commands: [["oxfmt", "--check"]] },
  { kind: "check", name: "dead-code", commands: [["knip"]] },
  { kind: "check", name: "schema", commands: [["node", "scripts/baseline.ts", "--check"]] },
  { kind: "browser", name: "browser", folders: ["tests/e2e"] },
  { kind: "files", name: "chaos", folders: ["tests/chaos"], needsPages: true },
  { kind: "files", name: "http", folders: ["tests/http"], needsPages: true },
  {
    kind: "files",
    name: "worker",
    folders: ["tests/worker", "tests/holder", "tests/sandbox", "tests/scripts", "tests/soak"],
  },
  {
    kind: "files",
    name: "database",
    folders: [
      "tests/lib/db",
      "tests/lib/migrate",
      "tests/lib/actions",
      "tests/lib/queue",
      "tests/lib/web",
      "tests/lib/notify",
    ],
  },
  { kind: "files", name: "unit", folders: ["tests", "tests/worker/prompt", "tests/worker/terminal"] },
];

/** Paths from the project's root. */
export function testFiles(group: Group): string[] {
  if (group.kind === "check") return [];
  const files = globSync(
    group.folders.map((folder) => `${folder}/**/*.test.ts`),
    { cwd: ROOT },
  );
  return files.filter((file) => group.folders.includes(mostSpecificFolder(file))).toSorted();
}

function mostSpecificFolder(file: string): string {
  const folders = GROUPS.flatMap((group) => (group.kind === "check" ? [] : group.folders));
  const longestFirst = folders.toSorted((a, b) => b.length - a.length);
  return longestFirst.find((folder) => file.startsWith(`${folder}/`)) ?? "";
}

/**
 * A group that is named is run as a whole, and a file that is named is run in its group. Without arguments everything is.
 * @throws Error that names what is unknown.
 */
export function selectTests(args: readonly string[]): ReadonlyMap<Group, readonly string[]> {
  const paths = args
    .filter((arg) => arg.includes("/"))
    .map((arg) => relative(ROOT, resolve(inProject(), arg)));
  const names = args.filter((arg) => !arg.includes("/"));
  const all = GROUPS.map((group) => ({ group, files: testFiles(group) }));
  const unknown = [
    ...names.filter((name) => !GROUPS.some((group) => group.name === name)),
    ...paths.filter((path) => !all.some(({ files }) => files.includes(path))),
  ];
  if (unknown.length > 0) {
    throw new Error(
      `unknown: ${unknown.join(", ")}. Name test files or groups: ${GROUPS.map(({ name }) => name).join(", ")}`,
    );
  }
  return new Map(
    all.flatMap(({ group, files }): [Group, readonly string[]][] => {
      if (args.length === 0 || names.includes(group.name)) return [[group, files]];
      const named = files.filter((file) => paths.includes(file));
      return named.length === 0 ? [] : [[group, named]];
    }),
  );
}
