"use client";
import { useRef, useState } from "react";
import { useRouter } from "next/navigation";
import { cdxIconReload } from "@wikimedia/codex-icons";
import { visibleText } from "#lib/domain/visible-text.ts";
import type { Job } from "#lib/contract/job.ts";
import { useAction } from "../../client/use-action.ts";
import { call } from "../../client/api.ts";
import { randomId } from "../../client/random-id.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";

/** Creates a new job for the same changes, as they are in Gerrit now. */
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
        Deploy again
      </Button>
      <ConfirmDialog
        isOpen={isOpen}
        title="Deploy the same changes again?"
        action="Deploy again"
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
        <p>Queues a new job under your name, with the latest version of each change.</p>
        {retry.problem !== undefined && <ProblemNotice problem={retry.problem} />}
      </ConfirmDialog>
    </>
  );
}
