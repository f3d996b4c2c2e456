"use client";
import { useState } from "react";
import { jobEndpoints, type JobSummary } from "#lib/contract/job.ts";
import { useAction } from "../../client/use-action.ts";
import { call } from "../../client/api.ts";
import { jobSubject } from "../../text/labels.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";

/** Takes a job out of the queue; nothing of it has happened yet. */
export function RemoveFromQueue({ job, isConnected }: { job: JobSummary; isConnected: boolean }) {
  const [isAsking, setIsAsking] = useState(false);
  const cancel = useAction(async (_, onSlow) => {
    await call(jobEndpoints.cancelJob, { params: { id: job.id }, onSlow });
    setIsAsking(false);
  });
  return (
    <>
      <Button disabled={!isConnected} onClick={() => setIsAsking(true)}>
        Take out of the queue
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        title={`Take job ${job.id} out of the queue?`}
        action="Take out of the queue"
        isDestructive
        isEnabled={isConnected && !cancel.isRunning}
        onClose={() => setIsAsking(false)}
        onConfirm={() => cancel.run()}
      >
        <p>
          {job.requestedBy} wants to deploy {jobSubject(job.changes)}.
        </p>
        <p>Nothing of it has started, so nothing changes on the servers.</p>
        {cancel.problem !== undefined && <ProblemNotice problem={cancel.problem} />}
      </ConfirmDialog>
    </>
  );
}
