/** The groups of `npm test`, and which of them its arguments select. */
import { globSync } from "node:fs";
import { relative, resolve } from "node:path";
import { inProject, ROOT } from "../root.ts";

export type Group = {
  name: string;
  /** A check: passes or fails as a whole. */
  command?: string;
  /** Of test files. Playwright runs all those of `browser`. A file belongs to the longest matching folder. */
  folders?: readonly string[];
  /** How many files one process runs, one after the other; 1 by default. */
  filesPerProcess?: number;
  /** Starts when the pages are built. */
  needsPages?: boolean;
};

/** In the order in which they start: groups with the longest files first, so that short ones fill the processors at the end. */
export const GROUPS: readonly Group[] = [
  { name: "browser", folders: ["tests/e2e"], needsPages: true },
  { name: "lint", command: "oxlint --type-aware" },
  { name: "format", command: "oxfmt --check" },
  { name: "dead-code", command: "knip" },
  { name: "schema", command: "node drizzle/baseline.ts --check" },
  // typegen writes next-env.d.ts and the types of the routes, which a fresh checkout does not have. A build writes them too.
  { name: "types", command: "next typegen && tsc --noEmit -p .", needsPages: true },
  { name: "chaos", folders: ["tests/chaos"], needsPages: true },
  { name: "http", folders: ["tests/http"], needsPages: true },
  {
    name: "worker",
    filesPerProcess: 3,
    folders: ["tests/worker", "tests/holder", "tests/sandbox", "tests/scripts", "tests/soak"],
  },
  {
    name: "database",
    filesPerProcess: 8,
    folders: [
      "tests/lib/db",
      "tests/lib/migrate",
      "tests/lib/actions",
      "tests/lib/queue",
      "tests/lib/web",
      "tests/lib/notify",
    ],
  },
  { name: "unit", filesPerProcess: 15, folders: ["tests", "tests/worker/prompt", "tests/worker/terminal"] },
];

/** These files have a process of their own: the memory that other files leave behind makes collections long. */
export const MEASURES_TIME: ReadonlySet<string> = new Set([
  "tests/app/linear-time.test.ts",
  "tests/worker/prompt/fuzz.test.ts",
  "tests/worker/prompt/linear.test.ts",
  "tests/worker/terminal/hostile.test.ts",
]);

const LONGEST_FIRST = GROUPS.flatMap(({ folders = [] }) => folders).toSorted((a, b) => b.length - a.length);

/** Paths from the project's root. */
export function testFiles({ folders = [] }: Group): string[] {
  const files = globSync(
    folders.map((folder) => `${folder}/**/*.test.ts`),
    { cwd: ROOT },
  );
  const folderOf = (file: string): string =>
    LONGEST_FIRST.find((folder) => file.startsWith(`${folder}/`)) ?? "";
  return files.filter((file) => folders.includes(folderOf(file))).toSorted();
}

/**
 * A group that is named is run as a whole, and a file that is named is run in its group. Without arguments everything is.
 * @throws Error that names what is unknown.
 */
export function selectTests(args: readonly string[]): ReadonlyMap<Group, readonly string[]> {
  const all = GROUPS.map((group) => ({ group, files: testFiles(group) }));
  const wanted = args.map((arg) => (arg.includes("/") ? relative(ROOT, resolve(inProject(), arg)) : arg));
  const known = new Set(all.flatMap(({ group, files }) => [group.name, ...files]));
  const unknown = wanted.filter((name) => !known.has(name));
  if (unknown.length > 0) {
    const names = GROUPS.map(({ name }) => name).join(", ");
    throw new Error(`unknown: ${unknown.join(", ")}. Name test files or groups: ${names}`);
  }
  return new Map(
    all.flatMap(({ group, files }): [Group, readonly string[]][] => {
      if (wanted.length === 0 || wanted.includes(group.name)) return [[group, files]];
      const named = files.filter((file) => wanted.includes(file));
      return named.length === 0 ? [] : [[group, named]];
    }),
  );
}
