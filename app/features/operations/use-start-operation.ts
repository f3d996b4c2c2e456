"use client";
// Queues the job of an operation and opens its page. Because of the idempotency key, a retry after a network error creates one job
// only; other values get a new key.
import { useRef, useState } from "react";
import { useRouter } from "next/navigation";
import { call } from "../../client/api.ts";
import { randomId } from "../../client/random-id.ts";
import { useAction, type Action } from "../../client/use-action.ts";

export function useStartOperation(
  kind: string,
  values: Record<string, unknown>,
): Action & { openedJob: number | undefined } {
  const router = useRouter();
  const submission = useRef({ content: "", key: "" });
  const [openedJob, setOpenedJob] = useState<number>();
  const action = useAction(async (_, onSlow) => {
    const content = JSON.stringify(values);
    if (submission.current.content !== content) submission.current = { content, key: randomId() };
    const created = await call("POST /api/jobs", {
      body: { ...values, kind },
      idempotencyKey: submission.current.key,
      onSlow,
    });
    setOpenedJob(created.id);
    router.push(`/jobs/${created.id}`);
  });
  return { ...action, openedJob };
}
