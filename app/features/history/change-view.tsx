"use client";
// A change: where it is now, and each of its deployments.
import Link from "next/link";
import { cdxIconLinkExternal } from "@wikimedia/codex-icons";
import { visibleText } from "#lib/domain/visible-text.ts";
import type { JobPage } from "#lib/contract/job.ts";
import { changeStatus } from "../../text/change-status.ts";
import { Badge } from "../../ui/badge.tsx";
import { LinkButton } from "../../ui/button.tsx";
import { Icon } from "../../ui/codex-icon.tsx";
import { usePermission } from "../../client/use-session.tsx";
import { isRevertible, RevertJob } from "../revert/revert-job.tsx";
import { LinkedText } from "../../ui/linked-text.tsx";
import { Moment } from "../../ui/time.tsx";
import { ChangeMeta } from "../change/change-meta.tsx";
import { historyHref } from "./history-address.ts";
import { JobList } from "./job-list.tsx";
import { useCurrentJobs } from "./use-current-jobs.ts";
import { Main } from "../../ui/main.tsx";
import { PageDock } from "../shell/page-dock.tsx";
import styles from "./details.module.css";

export function ChangeView({ number, attempts }: { number: number; attempts: JobPage }) {
  const { jobs } = useCurrentJobs(attempts.jobs);
  // As the latest deployment saw it: a subject may be edited.
  const change = jobs[0]?.changes.find((one) => one.number === number);
  const { label, tone, job } = changeStatus(number, jobs);
  const canRevert = usePermission("revert_job");
  // The deployment that the status is about; there is nothing to revert while another job of the change is open.
  const deployed = job !== undefined && isRevertible(job, number) ? job : undefined;
  return (
    <Main className={styles.page}>
      <div className={styles.heading}>
        <h1>Change {number}</h1>
        <Badge tone={tone} label={label} />
        {canRevert && deployed !== undefined && <RevertJob job={deployed} change={number} />}
        {job !== undefined && (
          <span className={styles.since}>
            <Link href={`/jobs/${job.id}`}>job {job.id}</Link>,{" "}
            <Moment at={job.finishedAt ?? job.startedAt ?? job.createdAt} />
          </span>
        )}
      </div>
      {change !== undefined && (
        <div>
          <p className={styles.subject}>
            <LinkedText text={visibleText(change.subject)} />
          </p>
          <p className={styles.meta}>
            <ChangeMeta change={change} />
            <a className={styles.gerrit} href={change.url} target="_blank" rel="noreferrer">
              Open in Gerrit <Icon icon={cdxIconLinkExternal} size="small" />
            </a>
          </p>
        </div>
      )}
      <section className={styles.section} aria-labelledby="deployments">
        <h2 id="deployments">Deployments</h2>
        {jobs.length === 0 ? (
          <>
            <p className={styles.meta}>SpiderPig has not deployed this change.</p>
            <div>
              <LinkButton href={`/?changes=${number}`}>Deploy change {number}</LinkButton>
            </div>
          </>
        ) : (
          <JobList jobs={jobs} words={[String(number)]} />
        )}
        {attempts.hasOlder && <Link href={historyHref({ change: String(number) })}>All deployments</Link>}
        <p className={styles.meta}>
          Based on jobs of SpiderPig only: what other tools deploy or revert is not shown here.
        </p>
      </section>
      <PageDock />
    </Main>
  );
}
