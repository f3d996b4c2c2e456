"use client";
// Confirms Ctrl-C in an interactive program, because it is not a key press but a signal to the program and to scap.
import type { Job } from "#lib/contract/job.ts";
import { useAction } from "../../client/use-action.ts";
import { call } from "../../client/api.ts";
import { stopEffect } from "../../text/stop-effect.ts";
import { jobSubject, SIGNAL_LABELS } from "../../text/labels.ts";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";

const LABELS = SIGNAL_LABELS.interrupt_group;

type InterruptDialogProps = { job: Job; isOpen: boolean; isConnected: boolean; onClose: () => void };

export function InterruptDialog({ job, isOpen, isConnected, onClose }: InterruptDialogProps) {
  const signal = useAction(async (_, onSlow) => {
    await call("POST /api/jobs/{id}/signals", {
      params: { id: job.id },
      body: { kind: "interrupt_group" },
      onSlow,
    });
    onClose();
  });
  return (
    <ConfirmDialog
      isOpen={isOpen}
      title={`${LABELS.action}?`}
      action={LABELS.action}
      isDestructive
      isEnabled={isConnected && !signal.isRunning}
      onClose={() => {
        signal.reset();
        onClose();
      }}
      onConfirm={() => signal.run()}
    >
      <p>
        Job {job.id}: {jobSubject(job)}
      </p>
      <p>{stopEffect("interrupt_group", job)}</p>
      {signal.problem !== undefined && <ProblemNotice problem={signal.problem} />}
    </ConfirmDialog>
  );
}
