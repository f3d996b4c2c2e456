"use client";
// Queues the job that moves the train and opens its page. Because of the idempotency key, a retry after a network error creates one
// job only.
import { useRef, useState } from "react";
import { useRouter } from "next/navigation";
import { TRAIN } from "#lib/domain/train.ts";
import { call } from "../../client/api.ts";
import { randomId } from "../../client/random-id.ts";
import { type Action, useAction } from "../../client/use-action.ts";

export type MoveTrain = Action<Record<string, unknown>> & { openedJob: number | undefined };

export function useMoveTrain(): MoveTrain {
  const router = useRouter();
  const submission = useRef({ content: "", key: "" });
  const [openedJob, setOpenedJob] = useState<number>();
  const action = useAction<Record<string, unknown>>(async (values, onSlow) => {
    const content = JSON.stringify(values);
    if (submission.current.content !== content) submission.current = { content, key: randomId() };
    const created = await call("POST /api/jobs", {
      body: { ...values, kind: TRAIN },
      idempotencyKey: submission.current.key,
      onSlow,
    });
    setOpenedJob(created.id);
    router.push(`/jobs/${created.id}`);
  });
  return { ...action, openedJob };
}
