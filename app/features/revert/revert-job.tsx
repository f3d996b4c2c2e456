"use client";
// "Revert": shows what will be undone and what was deployed on top of it, asks for a reason, and queues the job.
import { useState } from "react";
import Link from "next/link";
import { cdxIconUndo } from "@wikimedia/codex-icons";
import { visibleText } from "#lib/domain/visible-text.ts";
import { isTerminal } from "#lib/domain/job.ts";
import { REVERT } from "#lib/domain/operation.ts";
import { revertibleChanges } from "#lib/domain/revert.ts";
import type { JobSummary } from "#lib/contract/job.ts";
import type { RevertPreview } from "#lib/contract/revert.ts";
import type { ApiProblem } from "../../client/api.ts";
import { jobLabel, jobSubject } from "../../text/labels.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { FormDialog } from "../../ui/form-dialog.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { useRevert } from "./use-revert.ts";
import styles from "./revert-job.module.css";

/** The limit of the server. */
const REASON_MAX = 500;

/** Whether there is something to revert. @param change only this change of the job; undefined: all */
export function isRevertible(job: JobSummary, change?: number): boolean {
  return (
    job.kind !== REVERT &&
    isTerminal(job.state) &&
    job.reached !== "nowhere" &&
    remainingChanges(job, change).length > 0
  );
}

/** Without those that are reverted, or about to be. */
function remainingChanges({ changes, revertedBy }: JobSummary, change?: number): JobSummary["changes"] {
  return revertibleChanges(changes, revertedBy).filter(
    ({ number }) => change === undefined || number === change,
  );
}

type RevertJobProps = {
  job: JobSummary;
  /** Only this change of the job; undefined: all. */
  change?: number;
  weight?: "primary" | "normal";
};

export function RevertJob({ job, change, weight = "normal" }: RevertJobProps) {
  const [isOpen, setIsOpen] = useState(false);
  const [reason, setReason] = useState("");
  const changes = remainingChanges(job, change);
  const { preview, readProblem, revert, begin } = useRevert(
    job.id,
    changes.map(({ number }) => number),
    reason,
  );
  const problem = revert.problem ?? readProblem;
  return (
    <>
      <Button
        icon={cdxIconUndo}
        onClick={() => {
          begin();
          setIsOpen(true);
        }}
        {...(weight === "primary" ? { tone: "progressive", weight } : {})}
      >
        Revert
      </Button>
      <FormDialog
        isOpen={isOpen}
        title={changes.length === 1 ? "Revert this change?" : `Revert these ${changes.length} changes?`}
        action="Revert"
        isEnabled={reason.trim() !== "" && !revert.isRunning && preview !== undefined}
        onSubmit={() => revert.run()}
        onClose={() => setIsOpen(false)}
      >
        <p>
          {changes.length === 1
            ? "scap creates a revert of it, merges the revert, and deploys the result:"
            : "scap creates a revert of each, merges them, and deploys the result:"}
        </p>
        <ul className={styles.changes}>
          {changes.map(({ number, subject }) => (
            <li key={number}>
              <strong>{number}</strong> {visibleText(subject)}
            </li>
          ))}
        </ul>
        <DeployedSince preview={preview} />
        <Field label="Reason" hint="The commit message of the revert contains it. scap asks for it again.">
          {(attributes) => (
            <textarea
              {...attributes}
              rows={2}
              maxLength={REASON_MAX}
              required
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Field>
        {problem !== undefined && <RevertProblem problem={problem} />}
      </FormDialog>
    </>
  );
}

function RevertProblem({ problem }: { problem: ApiProblem }) {
  return (
    <>
      <ProblemNotice problem={problem} />
      {problem.refused.map(({ input, reason }) => (
        <p key={input}>
          {input}: {reason}
        </p>
      ))}
    </>
  );
}

/** Has the same height before and after it was read, so that nothing moves. */
function DeployedSince({ preview }: { preview: RevertPreview | undefined }) {
  const since = preview?.deployedSince ?? [];
  return (
    <section className={styles.since} aria-label="Deployed since">
      {preview === undefined ? (
        <p>Reading what was deployed since…</p>
      ) : since.length === 0 ? (
        <p>Nothing was deployed to the same branch since.</p>
      ) : (
        <>
          <p>Deployed to the same branch since, and may conflict with the revert:</p>
          <ul>
            {since.map((job) => (
              <li key={job.id}>
                <Link href={`/jobs/${job.id}`}>Job {job.id}</Link>: {jobSubject(job)} ({jobLabel(job).label})
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
