"use client";
import { useRef, useState } from "react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { cdxIconReload } from "@wikimedia/codex-icons";
import { TRAIN } from "#lib/domain/train.ts";
import { visibleText } from "#lib/domain/visible-text.ts";
import type { Job } from "#lib/contract/job.ts";
import { useAction } from "../../client/use-action.ts";
import { call } from "../../client/api.ts";
import { useOverview } from "../../client/use-overview.tsx";
import { randomId } from "../../client/random-id.ts";
import { parametersText } from "../../text/labels.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";

/** Creates a new job with the same operation and parameters, and with its changes as they are in Gerrit now. */
export function RetryJob({ job }: { job: Job }) {
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const key = useRef("");
  const retry = useAction(async (_, onSlow) => {
    const created = await call("POST /api/jobs/{id}/retry", {
      params: { id: job.id },
      idempotencyKey: key.current,
      onSlow,
    });
    router.push(`/jobs/${created.id}`);
  });
  const isBackport = job.kind === "backport";
  const action = isBackport ? "Deploy again" : "Run again";
  return (
    <>
      <Button
        icon={cdxIconReload}
        onClick={() => {
          key.current = randomId();
          retry.reset();
          setIsOpen(true);
        }}
      >
        {action}
      </Button>
      <ConfirmDialog
        isOpen={isOpen}
        title={
          isBackport ? "Deploy the same changes again?" : `Run “${visibleText(job.operation.name)}” again?`
        }
        action={action}
        isDestructive={false}
        isEnabled={!retry.isRunning}
        onClose={() => setIsOpen(false)}
        onConfirm={() => retry.run()}
      >
        <ul>
          {job.changes.map((change) => (
            <li key={change.number}>
              {change.number} {visibleText(change.subject)}
            </li>
          ))}
        </ul>
        {job.changes.length === 0 ? (
          <p>
            Queues a new job under your name, with the same parameters
            {parametersText(job) === "" ? "" : ` (${parametersText(job)})`}.
          </p>
        ) : (
          <p>Queues a new job under your name, with the latest version of each change.</p>
        )}
        <MovedTrain job={job} />
        {retry.problem !== undefined && <ProblemNotice problem={retry.problem} />}
      </ConfirmDialog>
    </>
  );
}

/** A request to move the train names the state that the person saw: of another one it may be refused. */
function MovedTrain({ job }: { job: Job }) {
  const { train } = useOverview().overview;
  if (job.kind !== TRAIN || train === null || String(train.id) === job.parameters["state"]) return null;
  return (
    <p>
      The train has changed since job {job.id} was requested. The request is refused if wikis have another
      version now. To start from the current state, use the page <Link href="/train">Train</Link>.
    </p>
  );
}
