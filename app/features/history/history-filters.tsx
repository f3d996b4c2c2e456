"use client";
// The search text and the filters of the history. A form: without script, Enter submits it to the same address.
import { useState } from "react";
import type { JobSummary } from "#lib/contract/job.ts";
import { JOB_STATES, OUTCOMES } from "#lib/domain/job.ts";
import { SEARCH_LENGTH_MAX } from "#lib/domain/search-words.ts";
import { useOverview } from "../../client/use-overview.tsx";
import { useSession } from "../../client/use-session.tsx";
import { OUTCOME_LABELS, STATE_LABELS } from "../../text/labels.ts";
import { Choice, Entry, useDraft } from "./filter-fields.tsx";
import { countFilters, firstPage, type HistoryParams } from "./history-address.ts";
import type { HistoryNavigation } from "./use-history-navigation.ts";
import styles from "./history-filters.module.css";

type HistoryFiltersProps = {
  params: HistoryParams;
  /** Their people and projects are suggested. */
  jobs: readonly JobSummary[];
  navigation: HistoryNavigation;
};

export function HistoryFilters({ params, jobs, navigation }: HistoryFiltersProps) {
  const [isOpen, setIsOpen] = useState(false);
  const search = firstPage(params);
  const filterCount = countFilters(params);
  const [text, setText] = useDraft(params.q ?? "");
  const open = (changed: HistoryParams) => navigation.open({ ...search, q: text.trim(), ...changed });
  return (
    <search>
      <form
        action="/history"
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          open({});
        }}
      >
        <div className={styles.top}>
          <input
            type="search"
            name="q"
            className={styles.text}
            aria-label="Search all jobs"
            placeholder="Words, change, person, outcome, #job"
            maxLength={SEARCH_LENGTH_MAX}
            value={text}
            onChange={({ target: { value } }) => {
              setText(value);
              navigation.type({ ...search, q: value.trim() });
            }}
          />
          <button
            type="button"
            className={styles.toggle}
            aria-expanded={isOpen}
            onClick={() => setIsOpen(!isOpen)}
          >
            Filters{filterCount > 0 && ` (${filterCount})`}
          </button>
        </div>
        <div className={styles.filters} data-open={isOpen || undefined}>
          <Filters params={params} jobs={jobs} onChange={open} />
        </div>
      </form>
    </search>
  );
}

const STATES = JOB_STATES.map((state) => [state, STATE_LABELS[state].label] as const);
const RESULTS = OUTCOMES.map((outcome) => [outcome, OUTCOME_LABELS[outcome].label] as const);

type FiltersProps = Pick<HistoryFiltersProps, "params" | "jobs"> & {
  onChange: (changed: HistoryParams) => void;
};

function Filters({ params, jobs, onChange }: FiltersProps) {
  const lanes = useOverview().overview.lanes.map(({ name }) => [name, name] as const);
  const operations = useSession().operations.map(({ kind, name }) => [kind, name] as const);
  const people = sortedSet(jobs.map(({ requestedBy }) => requestedBy));
  const projects = sortedSet(jobs.flatMap(({ changes }) => changes.map(({ project }) => project)));
  const field = (name: keyof HistoryParams) => ({
    name,
    value: params[name],
    onChange: (value: string) => onChange({ [name]: value }),
  });
  return (
    <>
      <Choice {...field("state")} label="State" options={STATES} />
      <Choice {...field("outcome")} label="Outcome" options={RESULTS} />
      <Choice {...field("kind")} label="Operation" options={operations} />
      <Choice {...field("lane")} label="Lane" options={lanes} />
      <Entry {...field("user")} label="Person" suggestions={people} />
      <Entry {...field("project")} label="Project" suggestions={projects} />
      {params.window !== undefined && <Entry {...field("window")} label="Window" />}
      {params.change !== undefined && <Entry {...field("change")} label="Change" />}
      <Entry {...field("from")} label="From" type="date" />
      <Entry {...field("to")} label="To" type="date" />
    </>
  );
}

function sortedSet(values: readonly string[]): string[] {
  return [...new Set(values)].toSorted();
}
