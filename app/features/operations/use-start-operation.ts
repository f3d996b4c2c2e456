"use client";
// Queues the job of an operation and opens its page. Because of the idempotency key, a retry after a network error creates one job
// only; other values get a new key.
import { useRef, useState } from "react";
import { useRouter } from "next/navigation";
import type { Operation } from "#lib/contract/operation.ts";
import { call } from "../../client/api.ts";
import { randomId } from "../../client/random-id.ts";
import { useAction, type Action } from "../../client/use-action.ts";
import { type Draft, refusedParameters, requestValues } from "./operation-values.ts";

export type StartOperation = Action & {
  openedJob: number | undefined;
  /** Why the server refused the value of a parameter; undefined once it was edited. */
  refusalOf: (parameter: string) => string | undefined;
};

/** The request names the definition that the person confirms: the server refuses it if the operation has changed since. */
export function useStartOperation({ kind, revision, parameters }: Operation, draft: Draft): StartOperation {
  const router = useRouter();
  const submission = useRef({ content: "", key: "" });
  const [sent, setSent] = useState<Draft>({});
  const [openedJob, setOpenedJob] = useState<number>();
  const action = useAction(async (_, onSlow) => {
    setSent(draft);
    const values = requestValues(parameters, draft);
    const content = JSON.stringify([revision, values]);
    if (submission.current.content !== content) submission.current = { content, key: randomId() };
    const created = await call("POST /api/jobs", {
      body: { ...values, kind, operationRevision: revision },
      idempotencyKey: submission.current.key,
      onSlow,
    });
    setOpenedJob(created.id);
    router.push(`/jobs/${created.id}`);
  });
  const refused = refusedParameters(action.problem?.errors ?? []);
  return {
    ...action,
    openedJob,
    refusalOf: (name) => (sent[name] === draft[name] ? refused.get(name) : undefined),
  };
}
