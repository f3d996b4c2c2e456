// The time, the operation and the lane of the reports: a form that opens another address, and links for usual times.
import Link from "next/link";
import { addWeeks, type InsightScope } from "#lib/domain/insight.ts";
import { visibleText } from "#lib/domain/visible-text.ts";
import { insightsHref, type InsightsParams, rangeHref, RANGES, rangeStart } from "./insights-address.ts";
import styles from "./insights-filters.module.css";

type InsightsFiltersProps = {
  params: InsightsParams;
  scope: InsightScope;
  today: string;
  operations: readonly { kind: string; name: string }[];
  lanes: readonly string[];
};

export function InsightsFilters({ params, scope, today, operations, lanes }: InsightsFiltersProps) {
  const isSet = Object.keys(params).length > 0;
  return (
    <search className={styles.filters}>
      <nav className={styles.ranges} aria-label="Time">
        {RANGES.map(({ label, weeks }) => (
          <Link
            key={label}
            href={rangeHref(params, weeks, today)}
            aria-current={
              params.to === undefined && scope.from === rangeStart(weeks, today) ? "true" : undefined
            }
          >
            {label}
          </Link>
        ))}
      </nav>
      {/* A new address has new values, which a field that a person has edited would not take over. */}
      <form key={insightsHref(params)} action="/insights" className={styles.form}>
        <label>
          From
          <input className={styles.field} type="date" name="from" defaultValue={scope.from} required />
        </label>
        <label>
          To
          <input
            className={styles.field}
            type="date"
            name="to"
            defaultValue={params.to ?? addDays(scope.to, 6)}
            required
          />
        </label>
        <Choice
          name="kind"
          label="Operation"
          all="All operations"
          value={params.kind}
          options={operations.map(({ kind, name }) => [kind, name])}
        />
        <Choice
          name="lane"
          label="Lane"
          all="All lanes"
          value={params.lane}
          options={lanes.map((lane) => [lane, lane])}
        />
        <button type="submit">Apply</button>
        {isSet && <Link href="/insights">Clear filters</Link>}
      </form>
    </search>
  );
}

type ChoiceProps = {
  name: string;
  label: string;
  all: string;
  value: string | undefined;
  options: readonly (readonly [value: string, label: string])[];
};

function Choice({ name, label, all, value = "", options }: ChoiceProps) {
  const isListed = value === "" || options.some(([option]) => option === value);
  return (
    <label>
      {label}
      <select className={styles.field} name={name} defaultValue={value}>
        <option value="">{all}</option>
        {/* An operation or a lane that no longer exists has a history. */}
        {!isListed && <option value={value}>{visibleText(value)}</option>}
        {options.map(([option, text]) => (
          <option key={option} value={option}>
            {visibleText(text)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The Sunday of the last week. */
function addDays(monday: string, days: number): string {
  const at = new Date(`${addWeeks(monday, 0)}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}
