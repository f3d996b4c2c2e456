"use client";
// Reads what a revert would undo each time that its dialog opens, and queues its job once, however often the request is sent.
import { useRef, useState } from "react";
import { useRouter } from "next/navigation";
import type { RevertPreview } from "#lib/contract/revert.ts";
import { type ApiProblem, call, problemOf } from "../../client/api.ts";
import { randomId } from "../../client/random-id.ts";
import { type Action, useAction } from "../../client/use-action.ts";

type Revert = {
  /** Undefined until it has arrived. */
  preview: RevertPreview | undefined;
  readProblem: ApiProblem | undefined;
  revert: Action;
  /** The dialog opens. */
  begin: () => void;
};

/** @param changes the numbers of those that the dialog shows */
export function useRevert(jobId: number, changes: readonly number[], reason: string): Revert {
  const router = useRouter();
  const key = useRef("");
  const [preview, setPreview] = useState<RevertPreview>();
  const [readProblem, setReadProblem] = useState<ApiProblem>();
  const revert = useAction(async (_, onSlow) => {
    const created = await call("POST /api/jobs/{id}/revert", {
      params: { id: jobId },
      body: { reason, changes: [...changes] },
      idempotencyKey: key.current,
      onSlow,
    });
    router.push(`/jobs/${created.id}`);
  });
  const begin = () => {
    key.current = randomId();
    revert.reset();
    setReadProblem(undefined);
    call("GET /api/jobs/{id}/revert", { params: { id: jobId } }).then(setPreview, (error: unknown) =>
      setReadProblem(problemOf(error)),
    );
  };
  return { preview, readProblem, revert, begin };
}
