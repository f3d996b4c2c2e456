"use client";
import { useState } from "react";
import { z } from "zod";
import type { Job } from "#lib/wire/schemas.ts";
import { useAction } from "../../hooks/use-action.ts";
import { useOverview } from "../../hooks/use-overview.tsx";
import { useMay } from "../../hooks/use-session.tsx";
import { callApi } from "../../lib/api.ts";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { FormDialog } from "../ui/form-dialog.tsx";
import { ProblemNotice } from "../ui/problem-notice.tsx";

/** A lost job keeps its lane until somebody has looked at the servers and says what was found there. */
export function LaneRelease({ job }: { job: Job }) {
  const { lanes } = useOverview().overview;
  const mayRelease = useMay("release_lane");
  const [isAsking, setIsAsking] = useState(false);
  const [note, setNote] = useState("");
  const release = useAction(async () => {
    await callApi({
      method: "POST",
      path: `/api/jobs/${job.id}/lane-release`,
      body: { note },
      answer: z.unknown(),
    });
    setIsAsking(false);
  });
  if (!lanes.some((lane) => lane.heldBy === job.id)) return null;
  if (!mayRelease) return <p>Nothing else starts in the lane {job.lane} until an admin frees it.</p>;
  return (
    <>
      <p>Nothing else starts in the lane {job.lane} until it is freed.</p>
      <Button onClick={() => setIsAsking(true)}>Free the lane…</Button>
      <FormDialog
        isOpen={isAsking}
        title={`Free the lane ${job.lane}?`}
        action="Free the lane"
        isEnabled={note.trim() !== "" && !release.isRunning}
        onSubmit={() => release.run()}
        onClose={() => setIsAsking(false)}
      >
        <p>
          The next job in the queue starts at once. Make sure first that scap of job {job.id} does not run any
          more, and that the servers run what they should.
        </p>
        <Field label="What was found on the servers">
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
        {release.problem !== undefined && <ProblemNotice problem={release.problem} />}
      </FormDialog>
    </>
  );
}
