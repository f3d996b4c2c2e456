// Which changes of a job a revert concerns, and whether it removed them. Pure.
import { isTerminal } from "#lib/domain/job.ts";
import { hasReverted } from "#lib/domain/revert.ts";
import type { JobSummary, RevertingJob } from "#lib/contract/job.ts";
import { changeNumbers } from "./labels.ts";

/** "reverted", "reverted 1235 only", "reverting", "has not reverted 1235": follows the number of the reverting job. */
export function revertEffect(
  { changes: deployed }: Pick<JobSummary, "changes">,
  revert: Omit<RevertingJob, "id">,
): string {
  const isPart = deployed.some(({ number }) => !revert.changes.includes(number));
  const numbers = isPart ? ` ${changeNumbers(revert.changes.map((number) => ({ number })))}` : "";
  if (hasReverted(revert)) return `reverted${numbers}${isPart ? " only" : ""}`;
  if (revert.state === "queued") return `queued${isPart ? `, reverts${numbers} only` : ""}`;
  return isTerminal(revert.state)
    ? `has not reverted${numbers}`
    : `reverting${numbers}${isPart ? " only" : ""}`;
}
