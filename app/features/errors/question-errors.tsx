"use client";
// The error rate beside a question whose changes have reached servers: one row of fixed height, in which only text and bars
// change, so that no answer moves.
import Link from "next/link";
import type { Interaction } from "#lib/contract/interaction.ts";
import type { JobSummary } from "#lib/contract/job.ts";
import { useOverview } from "../../client/use-overview.tsx";
import {
  ERRORS_HREF,
  hasReachedServers,
  hasRisen,
  isNewSince,
  newFirst,
  rateText,
} from "../../text/error-rate-text.ts";
import { plural } from "../../text/format.ts";
import { DataAge } from "./data-age.tsx";
import { Sparkline } from "./sparkline.tsx";
import styles from "./question-errors.module.css";

export function QuestionErrors({ job, question }: { job: JobSummary; question: Interaction }) {
  const { errors } = useOverview().overview;
  if (errors === null || !hasReachedServers(job.reached)) return null;
  const { perMinute, messages } = errors;
  const before = question.errorsBefore;
  const [first] = newFirst(messages, job.startedAt);
  const newCount = messages.filter((message) => isNewSince(message, job.startedAt)).length;
  return (
    <section className={styles.errors} aria-label="Errors of the servers">
      <div className={styles.sparkline}>
        <Sparkline rate={errors} since={job.startedAt} />
      </div>
      <div className={styles.facts}>
        <p className={styles.line}>
          {perMinute !== null && (
            <>
              <strong data-raised={hasRisen(perMinute, before) || undefined}>
                {rateText(perMinute)} errors/min
              </strong>
              {" · "}
            </>
          )}
          <DataAge rate={errors} />
          {before !== null && ` · ${rateText(before)}/min before this job`}
        </p>
        <p className={styles.line} title={first?.text}>
          {newCount > 0 && <strong data-raised>{plural(newCount, "new message", "new messages")}: </strong>}
          {first === undefined
            ? errors.asOf !== null && "No errors in the last ten minutes."
            : (newCount > 0 ? "" : "No new messages. Most frequent: ") + first.text}
        </p>
      </div>
      <Link className={styles.all} href={`${ERRORS_HREF}?job=${job.id}`}>
        All errors
      </Link>
    </section>
  );
}
