"use client";
import Link from "next/link";
import { Menu } from "@base-ui/react/menu";
import { questionSummary } from "#lib/domain/question-text.ts";
import type { JobSummary } from "#lib/contract/job.ts";
import { plural } from "../../text/format.ts";
import { MenuPopup } from "../../ui/menu-popup.tsx";
import menu from "../../ui/menu.module.css";
import styles from "./waiting-jobs.module.css";

/** A link to the job that waits for input, or a menu of all that do: the longest wait first. */
export function WaitingJobs({ jobs }: { jobs: readonly JobSummary[] }) {
  const text = plural(jobs.length, "job waiting", "jobs waiting");
  const [only] = jobs;
  if (jobs.length === 1 && only !== undefined) return <Link href={`/jobs/${only.id}`}>{text}</Link>;
  return (
    <Menu.Root>
      <Menu.Trigger className={styles.trigger}>{text}</Menu.Trigger>
      <MenuPopup label="Jobs waiting for input">
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
      </MenuPopup>
    </Menu.Root>
  );
}

/** Questions are numbered in the order in which they were asked. */
function byQuestion(a: JobSummary, b: JobSummary): number {
  return (a.pendingInteraction?.id ?? 0) - (b.pendingInteraction?.id ?? 0);
}
