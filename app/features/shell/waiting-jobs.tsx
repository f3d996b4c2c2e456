"use client";
import Link from "next/link";
import type { JobSummary } from "#lib/contract/job.ts";
import { plural } from "../../text/format.ts";
import { loadable } from "../../ui/loadable.tsx";
import { MenuButton } from "../../ui/menu-button.tsx";
import styles from "./waiting-jobs.module.css";

const WaitingJobOptions = loadable(() =>
  import("./waiting-job-options.tsx").then((module) => module.default),
);

/** A link to the job that waits for input, or a menu of all that do: the longest wait first. */
export function WaitingJobs({ jobs }: { jobs: readonly JobSummary[] }) {
  const text = plural(jobs.length, "job waiting", "jobs waiting");
  const [only] = jobs;
  if (jobs.length === 1 && only !== undefined) return <Link href={`/jobs/${only.id}`}>{text}</Link>;
  const trigger = { className: styles.trigger ?? "", content: text };
  return (
    <MenuButton trigger={trigger} load={WaitingJobOptions.load}>
      <WaitingJobOptions trigger={trigger} jobs={jobs} />
    </MenuButton>
  );
}
