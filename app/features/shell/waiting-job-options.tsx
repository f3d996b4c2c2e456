"use client";
// The menu of the jobs that wait for input. Loaded when it is opened.
import Link from "next/link";
import { Menu } from "@base-ui/react/menu";
import { questionSummary } from "#lib/domain/question-text.ts";
import type { JobSummary } from "#lib/contract/job.ts";
import type { MenuTrigger } from "../../ui/menu-button.tsx";
import { LoadedMenu } from "../../ui/menu-popup.tsx";
import menu from "../../ui/menu.module.css";
import styles from "./waiting-jobs.module.css";

type WaitingJobOptionsProps = { trigger: MenuTrigger; jobs: readonly JobSummary[] };

export default function WaitingJobOptions({ trigger, jobs }: WaitingJobOptionsProps) {
  return (
    <LoadedMenu trigger={trigger} label="Jobs waiting for input">
      {jobs.toSorted(byQuestion).map((job) => (
        <Menu.Item
          key={job.id}
          className={`${menu.item} ${styles.item}`}
          render={<Link href={`/jobs/${job.id}`} />}
        >
          <strong>Job {job.id}</strong>
          {job.pendingInteraction !== null && <span>{questionSummary(job.pendingInteraction)}</span>}
        </Menu.Item>
      ))}
    </LoadedMenu>
  );
}

/** Questions are numbered in the order in which they were asked. */
function byQuestion(a: JobSummary, b: JobSummary): number {
  return (a.pendingInteraction?.id ?? 0) - (b.pendingInteraction?.id ?? 0);
}
