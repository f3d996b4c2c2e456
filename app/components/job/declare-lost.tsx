"use client";
import { useState } from "react";
import { z } from "zod";
import type { Job } from "#lib/wire/schemas.ts";
import { useAction } from "../../hooks/use-action.ts";
import { callApi } from "../../lib/api.ts";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { FormDialog } from "../ui/form-dialog.tsx";
import { ProblemNotice } from "../ui/problem-notice.tsx";

/** A host that does not come back keeps its job running for ever, unless somebody who knows more says that it is lost. */
export function DeclareLost({ job, isConnected }: { job: Job; isConnected: boolean }) {
  const [isAsking, setIsAsking] = useState(false);
  const [note, setNote] = useState("");
  const declare = useAction(async () => {
    await callApi({
      method: "POST",
      path: `/api/jobs/${job.id}/loss`,
      body: { note },
      answer: z.unknown(),
    });
    setIsAsking(false);
  });
  return (
    <>
      <p>If {job.host} does not come back, or nobody can tell, the job can be ended as lost.</p>
      <Button disabled={!isConnected} onClick={() => setIsAsking(true)}>
        Declare it lost…
      </Button>
      <FormDialog
        isOpen={isAsking}
        title={`Declare job ${job.id} lost?`}
        action="Declare it lost"
        isEnabled={isConnected && note.trim() !== "" && !declare.isRunning}
        onSubmit={() => declare.run()}
        onClose={() => setIsAsking(false)}
      >
        <p>
          This stops nothing: scap may still run on {job.host}. From here it cannot be answered or stopped any
          more, and what it prints is not stored. The lane {job.lane} stays held until somebody frees it.
        </p>
        <Field label="What was found about the host">
          {(attributes) => (
            <textarea
              {...attributes}
              rows={3}
              maxLength={500}
              required
              value={note}
              onChange={(event) => setNote(event.target.value)}
            />
          )}
        </Field>
        {declare.problem !== undefined && <ProblemNotice problem={declare.problem} />}
      </FormDialog>
    </>
  );
}
