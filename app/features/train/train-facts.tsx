"use client";
// Version, task, warnings and the job that moves the train. Beside or below what can be pressed, because all of it changes by
// itself.
import Link from "next/link";
import type { JobSummary } from "#lib/contract/job.ts";
import type { Train } from "#lib/contract/train.ts";
import { isLive } from "#lib/domain/job.ts";
import { visibleText } from "#lib/domain/visible-text.ts";
import { useSession } from "../../client/use-session.tsx";
import { jobLabel } from "../../text/labels.ts";
import { trainSubject } from "../../text/train-text.ts";
import { Badge } from "../../ui/badge.tsx";
import { Moment } from "../../ui/time.tsx";
import { Notice } from "../../ui/notice.tsx";
import type { ShownTrain } from "./use-train.ts";
import styles from "./train-facts.module.css";

type TrainFactsProps = { shown: ShownTrain; job: JobSummary | undefined };

export function TrainFacts({ shown: { train, staleSince }, job }: TrainFactsProps) {
  return (
    <aside className={styles.facts} aria-label="State of the train">
      <dl className={styles.list}>
        <dt>Version</dt>
        <dd className={styles.version}>{train.version ?? "Unknown"}</dd>
        <dt>Old version</dt>
        <dd className={styles.version}>{train.oldVersion ?? "None"}</dd>
        <dt>Task</dt>
        <dd>
          <Task task={train.task} />
        </dd>
        <dt>Wikis</dt>
        <dd>{train.wikis}</dd>
        <dt>Host</dt>
        <dd>{train.host}</dd>
        <dt>{staleSince === null ? "Since" : "As of"}</dt>
        <dd>
          <Moment at={staleSince ?? train.readAt} />
        </dd>
      </dl>
      {job !== undefined && <TrainJob job={job} />}
      {staleSince !== null && (
        <Notice tone="warning" live="polite">
          {train.host} isn’t reporting. The train may have moved since.
        </Notice>
      )}
      {train.warnings.map((warning) => (
        <Notice key={warning} tone="warning" live="polite">
          {visibleText(warning)}
        </Notice>
      ))}
    </aside>
  );
}

function Task({ task }: Pick<Train, "task">) {
  const { taskUrl } = useSession();
  if (task === null) return <>None</>;
  const status = visibleText(task.status);
  if (taskUrl === null) {
    return (
      <>
        {task.id} ({status})
      </>
    );
  }
  return (
    <>
      <a href={taskUrl.replace("{task}", task.id)} target="_blank" rel="noreferrer">
        {task.id}
      </a>{" "}
      ({status})
    </>
  );
}

function TrainJob({ job }: { job: JobSummary }) {
  const { tone, label } = jobLabel(job);
  return (
    <p className={styles.job}>
      <Link href={`/jobs/${job.id}`}>Job {job.id}</Link>
      <Badge tone={tone} label={label} isLive={isLive(job.state)} />
      <span>{visibleText(trainSubject(job.parameters))}</span>
    </p>
  );
}
