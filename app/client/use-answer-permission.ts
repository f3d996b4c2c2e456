"use client";
// Whether the user may answer the questions of a job now, and if not, why: shown before a click. For display only: the server
// decides by the same rules (lib/domain/permission.ts).
import type { Refusal } from "#lib/domain/permission.ts";
import { answerPolicyRefusal } from "#lib/domain/policy.ts";
import type { JobSummary } from "#lib/contract/job.ts";
import { usePermission, useSession } from "./use-session.tsx";

export function useAnswerRefusal(job: JobSummary): Refusal | undefined {
  const { user, policy } = useSession();
  if (!usePermission("answer_interaction")) return "role";
  return answerPolicyRefusal(
    policy,
    { name: user.name, roles: [user.role] },
    { ...job, isPolicyOverridden: job.policyOverride !== null },
  );
}
