// Which earlier changes a new job undoes: those of a revert, and those that the changes of another job name in their commit
// messages, because people also upload a revert to Gerrit and deploy it like any change.
import { REVERT } from "../domain/operation.ts";
import { AppError } from "../errors.ts";
import type { Gerrit, GerritChange } from "../gerrit/client.ts";

/** @returns the numbers of the changes. A Gerrit that fails never prevents a deployment: then they are unknown. */
export async function findRevertedChanges(
  gerrit: Gerrit,
  kind: string,
  changes: readonly GerritChange[],
): Promise<number[]> {
  if (kind === REVERT) return changes.map(({ number }) => number);
  const known = changes.flatMap(({ revertOf }) => revertOf ?? []);
  const commits = changes.flatMap(({ revertOf, revertedCommits }) =>
    revertOf === undefined ? revertedCommits : [],
  );
  if (commits.length === 0) return known;
  try {
    const found = await gerrit.findCommits(commits);
    return [...known, ...found.map(({ number }) => number)];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return known;
  }
}
