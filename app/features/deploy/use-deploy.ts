"use client";
// Creates the job. Because of the idempotency key, a double click or a retry after a network error creates one job only; a
// different selection of changes gets a new key.
import { useRef, useState } from "react";
import { useRouter } from "next/navigation";
import { changeReference } from "#lib/domain/change-reference.ts";
import type { RefusedChange } from "#lib/contract/change.ts";
import { ApiError, call } from "../../client/api.ts";
import { randomId } from "../../client/random-id.ts";
import { useAction, type Action } from "../../client/use-action.ts";
import type { SelectedReference } from "./use-selection.ts";

export function useDeploy(
  entries: readonly SelectedReference[],
  onRefused: (refused: readonly RefusedChange[]) => void,
): Action & { openedJob: number | undefined } {
  const router = useRouter();
  const submission = useRef({ content: "", key: "" });
  const [openedJob, setOpenedJob] = useState<number>();

  const action = useAction(async (_, onSlow) => {
    const references = entries.map(referenceOf);
    const content = references.join(",");
    if (submission.current.content !== content) submission.current = { content, key: randomId() };
    try {
      const created = await call("POST /api/jobs", {
        body: { kind: "backport", changes: references },
        idempotencyKey: submission.current.key,
        onSlow,
      });
      setOpenedJob(created.id);
      router.push(`/jobs/${created.id}`);
    } catch (error) {
      if (error instanceof ApiError) onRefused(error.problem.refused.map((one) => asEntered(one, entries)));
      throw error;
    }
  });
  return { ...action, openedJob };
}

/** With the project, because several projects can have a change with the same number. */
function referenceOf(entry: SelectedReference): string {
  return entry.phase === "found" ? changeReference(entry.change) : entry.reference;
}

/** Names the change as the list of selected changes does. */
function asEntered(refused: RefusedChange, entries: readonly SelectedReference[]): RefusedChange {
  const entry = entries.find((one) => referenceOf(one) === refused.input);
  return entry === undefined ? refused : { ...refused, input: entry.reference };
}
