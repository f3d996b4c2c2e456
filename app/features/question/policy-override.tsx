"use client";
// Break-glass: overrides the policy for a job, with a reason that everyone sees. Only for people whom the policy names.
import { useState } from "react";
import type { JobSummary } from "#lib/contract/job.ts";
import { call } from "../../client/api.ts";
import { useAction } from "../../client/use-action.ts";
import { useSession } from "../../client/use-session.tsx";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { FormDialog } from "../../ui/form-dialog.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";

const REASON_CHARACTERS_MAX = 500;

export function PolicyOverride({ job, isConnected }: { job: JobSummary; isConnected: boolean }) {
  const { canOverridePolicy } = useSession();
  const [isOpen, setIsOpen] = useState(false);
  const [reason, setReason] = useState("");
  const request = useAction(async (_, onSlow) => {
    await call("POST /api/jobs/{id}/policy-override", { params: { id: job.id }, body: { reason }, onSlow });
    setIsOpen(false);
  });
  if (!canOverridePolicy) return null;
  return (
    <div>
      <Button tone="destructive" disabled={!isConnected} onClick={() => setIsOpen(true)}>
        Override policy…
      </Button>
      <FormDialog
        isOpen={isOpen}
        title={`Override the policy for job ${job.id}?`}
        action="Override policy"
        isEnabled={isConnected && reason.trim() !== "" && !request.isRunning}
        onSubmit={() => request.run()}
        onClose={() => setIsOpen(false)}
      >
        <p>
          Every deployer can then answer all questions of this job. Your name and the reason are shown on its
          page, and recorded in its history and in the audit.
        </p>
        <Field label="Reason (visible to everyone)">
          {(attributes) => (
            <textarea
              {...attributes}
              rows={3}
              maxLength={REASON_CHARACTERS_MAX}
              required
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Field>
        {request.problem !== undefined && <ProblemNotice problem={request.problem} />}
      </FormDialog>
    </div>
  );
}
