// Where a change is now, as far as its jobs show: what other tools deployed, reverted or removed is not known here. Pure.
import { isTerminal, type Outcome } from "#lib/domain/job.ts";
import { REVERT } from "#lib/domain/operation.ts";
import { isChangeReverted } from "#lib/domain/revert.ts";
import type { JobSummary } from "#lib/contract/job.ts";
import type { Tone } from "./labels.ts";

export type ChangeStatus = {
  label: string;
  tone: Tone;
  /** The deployment that shows it; undefined when none does. */
  job: JobSummary | undefined;
};

/** @param attempts all deployments of the change, the newest first. */
export function changeStatus(number: number, attempts: readonly JobSummary[]): ChangeStatus {
  const open = attempts.find(({ state }) => !isTerminal(state));
  if (open !== undefined) {
    if (open.state === "queued") return { label: "Queued", tone: "neutral", job: open };
    const label = open.kind === REVERT ? "Being reverted" : "Being deployed";
    return { label, tone: "progressive", job: open };
  }
  for (const job of attempts) {
    const status = job.kind === REVERT ? statusAfterRevert(job) : statusAfter(number, job);
    if (status !== undefined) return { ...status, job };
  }
  return { label: "Not deployed", tone: "neutral", job: undefined };
}

/** Undefined if the revert left the change where it was. */
function statusAfterRevert({ outcome, reached }: JobSummary): Omit<ChangeStatus, "job"> | undefined {
  if (outcome === "completed") return { label: "Reverted", tone: "neutral" };
  if (outcome !== null && UNKNOWN_RESULT.has(outcome)) return UNKNOWN;
  if (reached === "nowhere" || (outcome === "rolled_back" && reached === "merged")) return undefined;
  return { label: "Partly reverted", tone: "warning" };
}

const UNKNOWN_RESULT: ReadonlySet<Outcome> = new Set(["rollback_failed", "holder_lost", "unclear"]);
const UNKNOWN = { label: "Unknown: check the servers", tone: "warning" } as const;

/** Undefined if the deployment left the change where an earlier one had brought it. */
function statusAfter(
  number: number,
  { outcome, reached, reachIsPartial, revertedBy }: JobSummary,
): Omit<ChangeStatus, "job"> | undefined {
  // scap may roll back only the stage that failed.
  if (outcome === "rolled_back" && (reached === "nowhere" || reached === "merged")) {
    return { label: "Rolled back", tone: "error" };
  }
  if (outcome !== null && UNKNOWN_RESULT.has(outcome)) return UNKNOWN;
  if (isChangeReverted(number, revertedBy)) return { label: "Reverted", tone: "neutral" };
  switch (reached) {
    case "nowhere":
      return undefined;
    case "merged":
      // Its earlier deployment, if there was one, is still in production.
      return outcome === "nothing_to_deploy" ? undefined : { label: "Merged, not deployed", tone: "warning" };
    case "testservers":
      return { label: "On test servers only", tone: "warning" };
    case "canaries":
      return { label: "On test servers and canaries only", tone: "warning" };
    case "production":
      return reachIsPartial
        ? { label: "On some production servers", tone: "warning" }
        : { label: "In production", tone: "success" };
  }
}
