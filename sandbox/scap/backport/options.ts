// What may stand behind `scap backport`.
import { PlainExit } from "../errors.ts";
import type { Operation } from "../wording.ts";

export type Options = {
  yes: boolean;
  list: boolean;
  operation: Operation;
  stopBeforeSync: boolean;
  references: string[];
};

export function parseOptions(args: readonly string[]): Options {
  const options: Options = {
    yes: false,
    list: false,
    operation: "backport",
    stopBeforeSync: false,
    references: [],
  };
  for (const argument of args) {
    if (argument === "--yes") options.yes = true;
    else if (argument === "--list") options.list = true;
    else if (argument === "--revert") options.operation = "revert";
    else if (argument === "--stop-before-sync") options.stopBeforeSync = true;
    else if (argument === "--") continue;
    else if (argument.startsWith("-")) throw new PlainExit(`scap backport: unknown option ${argument}`, 2);
    else options.references.push(argument);
  }
  return options;
}
