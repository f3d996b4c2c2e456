"use client";
import { useState } from "react";
import { cdxIconTrash } from "@wikimedia/codex-icons";
import type { JobSummary } from "#lib/contract/job.ts";
import { useAction } from "../../client/use-action.ts";
import { call } from "../../client/api.ts";
import { jobSubject } from "../../text/labels.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";

const LABEL = "Remove from queue";

type RemoveFromQueueProps = {
  job: JobSummary;
  isConnected: boolean;
  /** In a list: an icon instead of the words. */
  isIcon?: boolean;
};

/** Cancels a job that has not started. */
export function RemoveFromQueue({ job, isConnected, isIcon = false }: RemoveFromQueueProps) {
  const [isOpen, setIsOpen] = useState(false);
  const cancel = useAction(async (_, onSlow) => {
    await call("POST /api/jobs/{id}/cancellation", { params: { id: job.id }, onSlow });
    setIsOpen(false);
  });
  return (
    <>
      {isIcon ? (
        <IconButton
          label={LABEL}
          icon={cdxIconTrash}
          aria-disabled={!isConnected || undefined}
          onClick={() => isConnected && setIsOpen(true)}
        />
      ) : (
        <Button disabled={!isConnected} onClick={() => setIsOpen(true)}>
          {LABEL}
        </Button>
      )}
      <ConfirmDialog
        isOpen={isOpen}
        title={`Remove job ${job.id} from the queue?`}
        action={LABEL}
        isDestructive
        isEnabled={isConnected && !cancel.isRunning}
        onClose={() => setIsOpen(false)}
        onConfirm={() => cancel.run()}
      >
        <p>
          Requested by {job.requestedBy}: {jobSubject(job)}
        </p>
        <p>The job has not started, so the servers are not affected.</p>
        {cancel.problem !== undefined && <ProblemNotice problem={cancel.problem} />}
      </ConfirmDialog>
    </>
  );
}
