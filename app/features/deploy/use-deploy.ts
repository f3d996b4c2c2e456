"use client";
// Creates the job. Because of the idempotency key, a double click or a retry after a network error creates one job only; a
// different selection of changes gets a new key.
import { useRef, useState } from "react";
import { useRouter } from "next/navigation";
import { changeReference } from "#lib/domain/change-reference.ts";
import type { FoundChange, RefusedChange } from "#lib/contract/change.ts";
import { jobEndpoints } from "#lib/contract/job.ts";
import { ApiError, call } from "../../client/api.ts";
import { randomId } from "../../client/random-id.ts";
import { useAction, type Action } from "../../client/use-action.ts";

export function useDeploy(
  changes: readonly FoundChange[],
  onRefused: (refused: readonly RefusedChange[]) => void,
): Action & { openedJob: number | undefined } {
  const router = useRouter();
  const submission = useRef({ content: "", key: "" });
  const [openedJob, setOpenedJob] = useState<number>();

  const action = useAction(async (_, onSlow) => {
    // With the project, because several projects can have a change with the same number.
    const references = changes.map(changeReference);
    const content = references.join(",");
    if (submission.current.content !== content) submission.current = { content, key: randomId() };
    try {
      const created = await call(jobEndpoints.createJob, {
        body: { kind: "backport", changes: references },
        idempotencyKey: submission.current.key,
        onSlow,
      });
      setOpenedJob(created.id);
      router.push(`/jobs/${created.id}`);
    } catch (error) {
      if (error instanceof ApiError) onRefused(error.problem.refused.map((one) => withNumber(one, changes)));
      throw error;
    }
  });
  return { ...action, openedJob };
}

/** Refers to the change by its number alone, as the list of selected changes does. */
function withNumber(refused: RefusedChange, changes: readonly FoundChange[]): RefusedChange {
  const change = changes.find((one) => changeReference(one) === refused.input);
  return change === undefined ? refused : { ...refused, input: String(change.number) };
}
