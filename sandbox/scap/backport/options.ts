// The arguments of `scap backport`.
import { PlainExit } from "../errors.ts";
import type { Operation } from "../wording.ts";

export type Options = { operation: Operation; numbers: number[] };

export function parseOptions(args: readonly string[]): Options {
  const unknown = args.find((argument) => argument.startsWith("-") && argument !== "--revert");
  if (unknown !== undefined) throw new PlainExit(`scap backport: unknown option ${unknown}`, 2);
  const references = args.filter((argument) => argument !== "--revert");
  return {
    operation: args.includes("--revert") ? "revert" : "backport",
    numbers: [...new Set(references.map(changeNumber))],
  };
}

function changeNumber(reference: string): number {
  const match = /^(\d+)$/.exec(reference) ?? /^https?:\/\/.*?\/(\d+)(?:\/\d+)?\/?$/.exec(reference);
  if (match?.[1] === undefined) throw new PlainExit(`'${reference}' is not a valid change number or URL`);
  return Number(match[1]);
}
