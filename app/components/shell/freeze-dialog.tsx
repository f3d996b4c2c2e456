"use client";
import { useState } from "react";
import { z } from "zod";
import { DEFAULT_LANE } from "#lib/domain/job.ts";
import { useAction } from "../../hooks/use-action.ts";
import { callApi } from "../../lib/api.ts";
import { Field } from "../ui/field.tsx";
import { FormDialog } from "../ui/form-dialog.tsx";
import { ProblemNotice } from "../ui/problem-notice.tsx";

/** Stops new deployments from starting. Everybody sees the reason; what runs goes on. */
export function FreezeDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const [reason, setReason] = useState("");
  const [until, setUntil] = useState("");
  const freeze = useAction(async () => {
    await callApi({
      method: "PUT",
      path: `/api/lanes/${DEFAULT_LANE}/freeze`,
      body: { reason, ...(until === "" ? {} : { until: new Date(until).toISOString() }) },
      answer: z.unknown(),
    });
    setReason("");
    setUntil("");
    onClose();
  });
  return (
    <FormDialog
      isOpen={isOpen}
      title="Freeze deployments"
      action="Freeze"
      isEnabled={reason.trim() !== "" && !freeze.isRunning}
      onSubmit={() => freeze.run()}
      onClose={onClose}
    >
      <p>
        No job starts, and none can be queued: those in the queue wait. A deployment that runs already goes
        on.
      </p>
      <Field label="Why, for everybody to read">
        {(attributes) => (
          <textarea
            {...attributes}
            rows={2}
            maxLength={500}
            required
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        )}
      </Field>
      <Field label="Until (empty: until somebody lifts it)">
        {(attributes) => (
          <input
            {...attributes}
            type="datetime-local"
            value={until}
            onChange={(event) => setUntil(event.target.value)}
          />
        )}
      </Field>
      {freeze.problem !== undefined && <ProblemNotice problem={freeze.problem} />}
    </FormDialog>
  );
}
