"use client";
import { useState } from "react";
import { visibleText } from "#lib/domain/visible-text.ts";
import type { Job } from "#lib/contract/job.ts";
import { call } from "../../client/api.ts";
import { useAction } from "../../client/use-action.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";

/** Hands the job over to the person who presses it. */
export function TakeOverJob({ job, isConnected }: { job: Job; isConnected: boolean }) {
  const [isOpen, setIsOpen] = useState(false);
  const takeOver = useAction(async (_, onSlow) => {
    await call("POST /api/jobs/{id}/responsibility", { params: { id: job.id }, onSlow });
    setIsOpen(false);
  });
  return (
    <>
      <Button disabled={!isConnected} onClick={() => setIsOpen(true)}>
        Take over…
      </Button>
      <ConfirmDialog
        isOpen={isOpen}
        title={`Take over job ${job.id} from ${visibleText(job.responsible)}?`}
        action="Take over"
        isDestructive={false}
        isEnabled={isConnected && !takeOver.isRunning}
        onClose={() => setIsOpen(false)}
        onConfirm={() => takeOver.run()}
      >
        <p>
          You are notified of its questions and its end from now on. The history of the job records that you
          took it over.
        </p>
        {takeOver.problem !== undefined && <ProblemNotice problem={takeOver.problem} />}
      </ConfirmDialog>
    </>
  );
}
