/** What was asked for on the command line of `npm test`. */
import { relative, resolve } from "node:path";
import { ROOT } from "../root.ts";
import { GROUPS, testFiles } from "./groups.ts";

export type TestArguments = {
  /** By the names of the groups, the files to run of each: paths from the project's root, none of a check. */
  groups: ReadonlyMap<string, readonly string[]>;
  verbose: boolean;
  list: boolean;
};

/**
 * A group that is named is run as a whole, and a file that is named is run besides, in its group. Without either
 * everything is.
 * @throws Error naming what is not known.
 */
export function readArguments(args: readonly string[]): TestArguments {
  const flags = args.filter((arg) => arg.startsWith("-"));
  const words = args.filter((arg) => !arg.startsWith("-"));
  const files = words.filter((word) => word.includes("/")).map((word) => relative(ROOT, resolve(word)));
  const names = words.filter((word) => !word.includes("/"));

  const holders = GROUPS.map((group) => ({
    name: group.name,
    files: group.kind === "check" ? [] : testFiles(group),
  }));
  const wrong = [
    ...flags.filter((flag) => flag !== "--verbose" && flag !== "--list"),
    ...names.filter((name) => !GROUPS.some((group) => group.name === name)),
    ...files.filter((file) => !holders.some((holder) => holder.files.includes(file))),
  ];
  if (wrong.length > 0) {
    const groups = GROUPS.map((group) => group.name).join(", ");
    throw new Error(
      `unknown: ${wrong.join(", ")}. There are the groups ${groups}, files of tests, --verbose and --list.`,
    );
  }
  const isEverything = words.length === 0;
  const wanted = holders.flatMap((holder): [string, readonly string[]][] => {
    if (isEverything || names.includes(holder.name)) return [[holder.name, holder.files]];
    const named = holder.files.filter((file) => files.includes(file));
    return named.length === 0 ? [] : [[holder.name, named]];
  });
  return {
    groups: new Map(wanted),
    verbose: flags.includes("--verbose"),
    list: flags.includes("--list"),
  };
}
