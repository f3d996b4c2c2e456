"use client";
// Creating the job. The key makes two presses, or a second try after the network failed, one job; another
// choice of changes gets another key.
import { useRef, useState } from "react";
import { useRouter } from "next/navigation";
import { changeReference } from "#lib/domain/change-reference.ts";
import type { FoundChange, RefusedChange } from "#lib/contract/change.ts";
import { jobEndpoints } from "#lib/contract/job.ts";
import { ApiError, call } from "../../client/api.ts";
import { randomId } from "../../client/random-id.ts";
import { useAction, type Action } from "../../client/use-action.ts";
import { useWatchedJobs } from "../notifications/use-watched-jobs.ts";

export function useDeploy(
  changes: readonly FoundChange[],
  onRefused: (refused: readonly RefusedChange[]) => void,
): Action & { openedJob: number | undefined } {
  const router = useRouter();
  const { watch } = useWatchedJobs();
  const submission = useRef({ content: "", key: "" });
  const [openedJob, setOpenedJob] = useState<number>();

  const action = useAction(async (_, onSlow) => {
    // With its project, because several projects can have a change of the same number.
    const references = changes.map(changeReference);
    const content = references.join(",");
    if (submission.current.content !== content) submission.current = { content, key: randomId() };
    try {
      const created = await call(jobEndpoints.createJob, {
        body: { kind: "backport", changes: references },
        idempotencyKey: submission.current.key,
        onSlow,
      });
      watch(created.id);
      setOpenedJob(created.id);
      router.push(`/jobs/${created.id}`);
    } catch (error) {
      if (error instanceof ApiError) onRefused(error.problem.refused.map((one) => asChosen(one, changes)));
      throw error;
    }
  });
  return { ...action, openedJob };
}

/** By its number alone, as the list of chosen changes shows it. */
function asChosen(refused: RefusedChange, changes: readonly FoundChange[]): RefusedChange {
  const change = changes.find((one) => changeReference(one) === refused.input);
  return change === undefined ? refused : { ...refused, input: String(change.number) };
}
