// Reverts are linked by change: a revert of one change of a job leaves the others in production.
import { isTerminal, type JobState, type Outcome, type Reached } from "./job.ts";

/** A job that was requested to revert some changes of another. */
export type RevertOfJob = {
  state: JobState;
  outcome: Outcome | null;
  reached: Reached;
  /** The numbers of the changes. */
  changes: readonly number[];
};

/** Whether a job has removed a change from production. A revert that was declined or rolled back has not. */
export function hasReverted({ outcome, reached }: Pick<RevertOfJob, "outcome" | "reached">): boolean {
  return outcome === "completed" && reached === "production";
}

/** Whether a completed revert removed the change. @param revertedBy the reverts of the job that deployed it */
export function isChangeReverted(number: number, revertedBy: readonly RevertOfJob[]): boolean {
  return revertedBy.some((revert) => revert.changes.includes(number) && hasReverted(revert));
}

/** The changes that no revert has removed or is about to remove. */
export function revertibleChanges<Change extends { number: number }>(
  changes: readonly Change[],
  revertedBy: readonly RevertOfJob[],
): Change[] {
  return changes.filter(
    ({ number }) =>
      !isChangeReverted(number, revertedBy) &&
      !revertedBy.some((revert) => revert.changes.includes(number) && !isTerminal(revert.state)),
  );
}
