/** What was asked for on the command line of `npm test`. */
import { relative, resolve } from "node:path";
import { ROOT } from "../root.ts";
import { GROUPS, testFiles } from "./groups.ts";

export type TestArguments = {
  groups: ReadonlySet<string>;
  /** Only these, where there are any; paths from the project's root. */
  files: ReadonlySet<string>;
  verbose: boolean;
  list: boolean;
};

/** @throws Error naming what is not known. */
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
  const wanted = [
    ...names,
    ...holders
      .filter((holder) => holder.files.some((file) => files.includes(file)))
      .map((holder) => holder.name),
  ];
  return {
    groups: new Set(wanted.length > 0 ? wanted : GROUPS.map((group) => group.name)),
    files: new Set(files),
    verbose: flags.includes("--verbose"),
    list: flags.includes("--list"),
  };
}
