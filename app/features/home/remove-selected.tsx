"use client";
import { useState } from "react";
import { call } from "../../client/api.ts";
import type { QueuedJob } from "../../client/overview-state.ts";
import { useAction } from "../../client/use-action.ts";
import { plural } from "../../text/format.ts";
import { jobSubject } from "../../text/labels.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";

type RemoveSelectedProps = {
  selected: readonly QueuedJob[];
  isConnected: boolean;
  onRemoved: () => void;
};

/** Removes several jobs from the queue together. A job that has started meanwhile continues, and the page shows it. */
export function RemoveSelected({ selected, isConnected, onRemoved }: RemoveSelectedProps) {
  const [isOpen, setIsOpen] = useState(false);
  const jobs = selected.map(({ job }) => job);
  const remove = useAction(async (_, onSlow) => {
    await call("POST /api/queue/cancellations", { body: { jobs: jobs.map(({ id }) => id) }, onSlow });
    setIsOpen(false);
    onRemoved();
  });
  return (
    <>
      <Button
        weight="quiet"
        tone="destructive"
        disabled={!isConnected || jobs.length === 0}
        onClick={() => setIsOpen(true)}
      >
        Remove selected…
      </Button>
      <ConfirmDialog
        isOpen={isOpen}
        title={`Remove ${plural(jobs.length, "job", "jobs")} from the queue?`}
        action="Remove from queue"
        isDestructive
        isEnabled={isConnected && jobs.length > 0 && !remove.isRunning}
        onClose={() => setIsOpen(false)}
        onConfirm={() => remove.run()}
      >
        <ul>
          {jobs.map((job) => (
            <li key={job.id}>
              Job {job.id} by {job.requestedBy}: {jobSubject(job)}
            </li>
          ))}
        </ul>
        <p>Jobs that have not started do not affect the servers. A job that starts meanwhile continues.</p>
        {remove.problem !== undefined && <ProblemNotice problem={remove.problem} />}
      </ConfirmDialog>
    </>
  );
}
