// Where a change is now, as far as its deployments show: a change that another change reverted, or that other tools deployed
// or removed, is not known here. Pure.
import { isTerminal } from "#lib/domain/job.ts";
import type { JobSummary } from "#lib/contract/job.ts";
import type { Tone } from "./labels.ts";

export type ChangeStatus = {
  label: string;
  tone: Tone;
  /** The deployment that shows it; undefined when none does. */
  job: JobSummary | undefined;
};

/** @param attempts all deployments of the change, the newest first. */
export function changeStatus(attempts: readonly JobSummary[]): ChangeStatus {
  const open = attempts.find(({ state }) => !isTerminal(state));
  if (open !== undefined) {
    return open.state === "queued"
      ? { label: "Queued", tone: "neutral", job: open }
      : { label: "Being deployed", tone: "progressive", job: open };
  }
  for (const job of attempts) {
    const status = statusAfter(job);
    if (status !== undefined) return { ...status, job };
  }
  return { label: "Not deployed", tone: "neutral", job: undefined };
}

/** Undefined if the deployment left the change where an earlier one had brought it. */
function statusAfter({
  outcome,
  reached,
  reachIsPartial,
}: JobSummary): Omit<ChangeStatus, "job"> | undefined {
  if (outcome === "rolled_back") return { label: "Rolled back", tone: "error" };
  if (outcome === "rollback_failed" || outcome === "holder_lost" || outcome === "unclear") {
    return { label: "Unknown: check the servers", tone: "warning" };
  }
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
