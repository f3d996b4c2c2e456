"use client";
// A person: what they deployed, and the questions that they answered.
import Link from "next/link";
import { questionLine } from "#lib/domain/question-text.ts";
import { visibleText } from "#lib/domain/visible-text.ts";
import type { Interaction } from "#lib/contract/interaction.ts";
import type { JobPage } from "#lib/contract/job.ts";
import { Age, Moment } from "../../ui/time.tsx";
import card from "../../ui/card.module.css";
import { historyHref } from "./history-address.ts";
import { JobList } from "./job-list.tsx";
import { useCurrentJobs } from "./use-current-jobs.ts";
import { Main } from "../../ui/main.tsx";
import { PageDock } from "../shell/page-dock.tsx";
import styles from "./details.module.css";

type PersonViewProps = { name: string; deployments: JobPage; answered: readonly Interaction[] };

export function PersonView({ name, deployments, answered }: PersonViewProps) {
  const { jobs } = useCurrentJobs(deployments.jobs);
  return (
    <Main className={styles.page}>
      <div className={styles.heading}>
        <h1>{visibleText(name)}</h1>
        <Link href={historyHref({ q: name })}>Jobs that mention {visibleText(name)}</Link>
      </div>
      <section className={styles.section} aria-labelledby="deployments">
        <h2 id="deployments">Deployments</h2>
        {jobs.length === 0 ? <p className={styles.meta}>No deployments.</p> : <JobList jobs={jobs} />}
        {deployments.hasOlder && <Link href={historyHref({ user: name })}>All deployments</Link>}
      </section>
      <section className={styles.section} aria-labelledby="answers">
        <h2 id="answers">Answers</h2>
        {answered.length === 0 ? (
          <p className={styles.meta}>No answers.</p>
        ) : (
          <ol className={card.card}>
            {answered.map((question) => (
              <Answer key={question.id} question={question} />
            ))}
          </ol>
        )}
      </section>
      <PageDock />
    </Main>
  );
}

function Answer({ question: { jobId, kind, message, answer } }: { question: Interaction }) {
  if (answer === null) return null;
  const asked = kind === "screen" ? "A program waited for a key press" : questionLine(message);
  return (
    <li className={styles.answer}>
      <Link href={`/jobs/${jobId}`} className={styles.job} prefetch={false}>
        Job {jobId}
      </Link>
      <span className={styles.question} title={asked}>
        {asked}
      </span>
      <span className={styles.given}>{answer.text === null ? "a secret" : visibleText(answer.text)}</span>
      <span className={styles.time}>
        <Moment at={answer.answeredAt} />
      </span>
      <span className={styles.age}>
        <Age at={answer.answeredAt} />
      </span>
    </li>
  );
}
