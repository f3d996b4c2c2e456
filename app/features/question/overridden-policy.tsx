"use client";
// Who overrode the policy for a job, and why: for everyone to see.
import { visibleText } from "#lib/domain/visible-text.ts";
import type { JobSummary } from "#lib/contract/job.ts";
import { Notice } from "../../ui/notice.tsx";
import { Clock } from "../../ui/time.tsx";

export function OverriddenPolicy({ job: { policyOverride } }: { job: JobSummary }) {
  if (policyOverride === null) return null;
  return (
    <Notice tone="warning">
      <strong>Policy overridden</strong> by {policyOverride.by} at <Clock at={policyOverride.at} />:{" "}
      {visibleText(policyOverride.reason)}
    </Notice>
  );
}
