/**
 * A single test that fails in CI is tried once more, by itself, when all the others are over.
 *
 * A change that broke something fails both times. What passes then was at the mercy of the machine: it is called unsteady,
 * shown with all that the first try said, and does not keep the change from landing, which is hardly its cause. It is a
 * fault all the same, more than once it was one of the product, so whoever runs the tests for themselves gets no second
 * try, and two such tests in one run are no accident.
 */
import type { Group } from "./groups.ts";
import { sum, type Counts } from "./tally.ts";

export type Shown = {
  group: Group;
  counts: Counts;
  faults: readonly string[];
  failedFiles: readonly string[];
};

/** The group and file to try again; undefined when the run has to stand as it is. */
export function chooseSecondTry(
  shown: readonly Shown[],
  { isCi }: { isCi: boolean },
): { group: Group; file: string } | undefined {
  const [failed, ...others] = shown.filter(({ counts }) => counts.failed > 0);
  const [file] = failed?.failedFiles ?? [];
  if (!isCi || failed === undefined || others.length > 0 || file === undefined) return undefined;
  // One that stood still took its time already.
  return failed.counts.failed === 1 && failed.faults.length === 0 ? { group: failed.group, file } : undefined;
}

/** The last line of a run. */
export function inOneLine(shown: readonly Shown[], unsteady: string | undefined): string {
  const { passed, failed } = sum(shown.map(({ counts }) => counts));
  return unsteady === undefined
    ? `${passed} passed, ${failed} failed`
    : `${passed} passed, 0 failed, 1 unsteady: it failed, and passed by itself: ${unsteady}`;
}
