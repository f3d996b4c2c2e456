"use client";
// Freezes the lane: no new deployments start. The reason is visible to everyone.
import { useState } from "react";
import { DEFAULT_LANE } from "#lib/domain/job.ts";
import { useAction } from "../../client/use-action.ts";
import { useNow } from "../../client/use-now.tsx";
import { useLocalTimeZone } from "../../ui/time-zone.tsx";
import { call } from "../../client/api.ts";
import { formatUtcMinute } from "../../text/format.ts";
import { Field } from "../../ui/field.tsx";
import { ReasonField } from "../../ui/reason-field.tsx";
import { FormDialog } from "../../ui/form-dialog.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";

type FreezeDialogProps = { isOpen: boolean; lane?: string; onClose: () => void };

export function FreezeDialog({ isOpen, lane = DEFAULT_LANE, onClose }: FreezeDialogProps) {
  const [reason, setReason] = useState("");
  const [until, setUntil] = useState("");
  const now = useNow();
  const end = until === "" ? undefined : new Date(until);
  const isPast = end !== undefined && end.getTime() <= now;
  const freeze = useAction(async (_, onSlow) => {
    await call("PUT /api/lanes/{lane}/freeze", {
      params: { lane },
      body: { reason, until: end?.toISOString() },
      onSlow,
    });
    setReason("");
    setUntil("");
    onClose();
  });
  return (
    <FormDialog
      isOpen={isOpen}
      title={lane === DEFAULT_LANE ? "Freeze deployments" : `Freeze lane ${lane}`}
      action="Freeze"
      isEnabled={reason.trim() !== "" && !isPast && !freeze.isRunning}
      onSubmit={() => freeze.run()}
      onClose={onClose}
    >
      <p>New jobs are rejected and queued jobs wait. Running deployments continue.</p>
      <ReasonField label="Reason (visible to everyone)" value={reason} onChange={setReason} />
      <UntilField value={until} end={end} isPast={isPast} onChange={setUntil} />
      {freeze.problem !== undefined && <ProblemNotice problem={freeze.problem} />}
    </FormDialog>
  );
}

type UntilFieldProps = {
  value: string;
  end: Date | undefined;
  isPast: boolean;
  onChange: (value: string) => void;
};

/** Entered in the time zone of the browser, and shown in UTC as well. */
function UntilField({ value, end, isPast, onChange }: UntilFieldProps) {
  const timeZone = useLocalTimeZone();
  const utc = end !== undefined && timeZone !== "UTC" ? ` · ${formatUtcMinute(end)}` : "";
  return (
    <Field
      label="Until (optional)"
      hint={`Your time zone: ${timeZone}${utc}`}
      error={isPast ? `This time is in the past. Your time zone: ${timeZone}.` : undefined}
    >
      {(attributes) => (
        <input
          {...attributes}
          type="datetime-local"
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
