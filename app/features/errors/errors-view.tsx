"use client";
// All messages of the last ten minutes, with a filter. The address has the filter, so that a link shows the same.
import { useState } from "react";
import type { ErrorRate } from "#lib/contract/error-rate.ts";
import type { JobSummary } from "#lib/contract/job.ts";
import { useOverview } from "../../client/use-overview.tsx";
import { useSession } from "../../client/use-session.tsx";
import { newFirst, rateText } from "../../text/error-rate-text.ts";
import { plural } from "../../text/format.ts";
import { jobSubject } from "../../text/labels.ts";
import card from "../../ui/card.module.css";
import { Clock } from "../../ui/time.tsx";
import { Main } from "../../ui/main.tsx";
import { PageDock } from "../shell/page-dock.tsx";
import { DataAge } from "./data-age.tsx";
import { type ErrorFilter, errorsHref, filterMessages, versionsOf } from "./error-filter.ts";
import { MessageTable } from "./message-table.tsx";
import { Sparkline } from "./sparkline.tsx";
import { useErrors } from "./use-errors.ts";
import styles from "./errors-view.module.css";

const JOBS_MAX = 10;

export function ErrorsView({ rendered, initial }: { rendered: ErrorRate; initial: ErrorFilter }) {
  const errors = useErrors(rendered);
  const [filter, setFilter] = useState(initial);
  const { jobs } = useOverview().overview;
  const started = jobs.filter(({ startedAt }) => startedAt !== null).slice(0, JOBS_MAX);
  const since = started.find(({ id }) => String(id) === filter.job)?.startedAt ?? null;
  const messages = newFirst(filterMessages(errors.messages, filter), since);
  const change = (changed: Partial<ErrorFilter>) => {
    const next = { ...filter, ...changed };
    setFilter(next);
    window.history.replaceState(null, "", errorsHref(next));
  };
  return (
    <Main className={styles.page}>
      <h1>Errors</h1>
      <Rate errors={errors} since={since} />
      <search className={styles.filters}>
        <input
          type="search"
          className={styles.words}
          aria-label="Filter messages"
          placeholder="Filter messages"
          maxLength={200}
          value={filter.q}
          onChange={(event) => change({ q: event.target.value })}
        />
        <Select
          label="Version"
          all="All versions"
          value={filter.version}
          options={versionsOf(errors.messages).map((version) => [version, version])}
          onChange={(version) => change({ version })}
        />
        <Select
          label="New since job"
          all="New since job…"
          value={filter.job}
          options={started.map((job) => [String(job.id), jobOption(job)])}
          onChange={(job) => change({ job })}
        />
      </search>
      {errors.failure !== null && (
        <p className={styles.failure}>
          Error source unreachable since <Clock at={errors.failure.since} />. {errors.failure.reason}
        </p>
      )}
      <output className={styles.summary}>
        {messages.length === 0
          ? errors.messages.length === 0
            ? "No errors in the last ten minutes."
            : "No messages match."
          : `${plural(messages.length, "message", "messages")} in the last ten minutes.`}
      </output>
      {messages.length > 0 && <MessageTable messages={messages} since={since} />}
      <PageDock />
    </Main>
  );
}

function jobOption(job: JobSummary): string {
  return `Job ${job.id}: ${jobSubject(job)}`.slice(0, 80);
}

function Rate({ errors, since }: { errors: ErrorRate; since: string | null }) {
  const dashboardUrl = useSession().errors?.dashboardUrl ?? null;
  return (
    <section className={`${card.card} ${styles.rate}`} aria-label="Error rate">
      <div className={styles.now}>
        <p className={styles.number}>
          {errors.perMinute === null ? "–" : rateText(errors.perMinute)} <span>errors/min</span>
        </p>
        <p>
          <DataAge rate={errors} />
        </p>
        {dashboardUrl !== null && (
          <a href={dashboardUrl} target="_blank" rel="noreferrer">
            Open dashboard
          </a>
        )}
      </div>
      <figure className={styles.history}>
        <div className={styles.sparkline}>
          <Sparkline rate={errors} since={since} />
        </div>
        <figcaption>
          <span>30 min ago</span>
          <span>Now</span>
        </figcaption>
      </figure>
    </section>
  );
}

type SelectProps = {
  label: string;
  /** The option that selects nothing. */
  all: string;
  value: string;
  options: readonly (readonly [value: string, label: string])[];
  onChange: (value: string) => void;
};

function Select({ label, all, value, options, onChange }: SelectProps) {
  const isListed = value === "" || options.some(([option]) => option === value);
  return (
    <select
      aria-label={label}
      className={styles.select}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    >
      <option value="">{all}</option>
      {/* From a link, or it no longer occurs. */}
      {!isListed && <option value={value}>{value}</option>}
      {options.map(([option, text]) => (
        <option key={option} value={option}>
          {text}
        </option>
      ))}
    </select>
  );
}
