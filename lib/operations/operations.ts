// The operations of this installation: the built-in ones, and those of OPERATIONS_FILE.
import { backport } from "./backport.ts";
import type { Operation } from "./operation.ts";
import { revert } from "./revert.ts";
import { train } from "./train.ts";

export const BUILT_IN: readonly Operation[] = [backport, revert, train];

export type Operations = {
  /** In display order. */
  list(): readonly Operation[];
  find(kind: unknown): Operation | undefined;
  /** What is wrong with OPERATIONS_FILE now, one line for each mistake: its last valid version is in effect. */
  problems(): readonly string[];
};

export function createOperations(ofSite: readonly Operation[] = []): Operations {
  const all = [...BUILT_IN, ...ofSite];
  return {
    list: () => all,
    find: (kind) => all.find((operation) => operation.kind === kind),
    problems: () => [],
  };
}
