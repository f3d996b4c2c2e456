// The reports of the insights page: one statement each, on the views of schema history, so that a person can run the same
// statement as the reader role. Each costs little however long the history is, because past weeks are stored
// (drizzle/reports.sql).
import type { InsightRows } from "../contract/insight.ts";
import type { Insight, InsightScope } from "../domain/insight.ts";
import type { JobState, Outcome } from "../domain/job.ts";
import type { SignalKind } from "../domain/signal.ts";
import type { Database } from "./connection.ts";
import {
  float8,
  integer,
  notNull,
  nullable,
  type RowOf,
  rows,
  type Statement,
  statement,
  text,
  textOf,
} from "./statement.ts";

/** Every statement has these parameters, in this order. */
const PARAMETERS = ["from", "to", "kind", "lane"] as const satisfies readonly (keyof InsightScope)[];

const WAITS = {
  answers: notNull(integer),
  within_1_minute: notNull(integer),
  within_5_minutes: notNull(integer),
  within_15_minutes: notNull(integer),
  within_60_minutes: notNull(integer),
  average_seconds: notNull(float8),
  longest_seconds: notNull(float8),
};

const SUMS_OF_WAITS = `sum(answers)::integer as answers,
  sum(within_1_minute)::integer as within_1_minute,
  sum(within_5_minutes)::integer as within_5_minutes,
  sum(within_15_minutes)::integer as within_15_minutes,
  sum(within_60_minutes)::integer as within_60_minutes,
  round(sum(waited_seconds) / sum(answers))::float8 as average_seconds,
  max(longest_seconds)::float8 as longest_seconds
from history.weekly_waits
where week between $1 and $2
  and kind = $3
  and lane = $4`;

const STATEMENTS = {
  outcomes: statement(
    {
      week: notNull(text),
      outcome: notNull(textOf<Outcome>()),
      state: notNull(textOf<JobState>()),
      jobs: notNull(integer),
    },
    `select
  week::text,
  outcome,
  state,
  sum(jobs)::integer as jobs
from history.weekly_jobs
where week between $1 and $2
  and kind = $3
  and lane = $4
group by week, outcome, state
order by week, jobs desc, outcome`,
  ),
  people: statement(
    {
      requested_by: notNull(text),
      jobs: notNull(integer),
      completed: notNull(integer),
      not_needed: notNull(integer),
      cancelled: notNull(integer),
      failed: notNull(integer),
      lost: notNull(integer),
    },
    `select
  requested_by,
  sum(jobs)::integer as jobs,
  coalesce(sum(jobs) filter (where outcome = 'completed'), 0)::integer as completed,
  coalesce(sum(jobs) filter (where state = 'succeeded' and outcome <> 'completed'), 0)::integer as not_needed,
  coalesce(sum(jobs) filter (where state = 'cancelled'), 0)::integer as cancelled,
  coalesce(sum(jobs) filter (where state = 'failed'), 0)::integer as failed,
  coalesce(sum(jobs) filter (where state = 'lost'), 0)::integer as lost
from history.weekly_jobs
where week between $1 and $2
  and kind = $3
  and lane = $4
group by requested_by
order by jobs desc, requested_by
limit 15`,
  ),
  "lead-time": statement(
    {
      week: notNull(text),
      deployments: notNull(integer),
      changes: notNull(integer),
      change_lead_p50_seconds: nullable(float8),
      change_lead_p95_seconds: nullable(float8),
      lead_p50_seconds: nullable(float8),
      lead_p95_seconds: nullable(float8),
      queued_p50_seconds: nullable(float8),
      waiting_for_people_p50_seconds: nullable(float8),
      working_p50_seconds: nullable(float8),
    },
    `select
  week::text,
  deployments,
  changes,
  change_lead_p50_seconds::float8,
  change_lead_p95_seconds::float8,
  lead_p50_seconds::float8,
  lead_p95_seconds::float8,
  queued_p50_seconds::float8,
  waiting_for_people_p50_seconds::float8,
  working_p50_seconds::float8
from history.weekly
where week between $1 and $2
  and kind = $3
  and lane = $4
order by week`,
  ),
  "change-failures": statement(
    {
      week: notNull(text),
      change_failures: notNull(integer),
      change_failure_percent: nullable(float8),
      restore_p50_seconds: nullable(float8),
    },
    `select
  week::text,
  change_failures,
  change_failure_percent::float8,
  restore_p50_seconds::float8
from history.weekly
where week between $1 and $2
  and kind = $3
  and lane = $4
order by week`,
  ),
  "waits-by-question": statement(
    { question: notNull(text), ...WAITS },
    `select
  value as question,
  ${SUMS_OF_WAITS}
  and dimension = 'question'
group by value
order by sum(waited_seconds) desc, question
limit 10`,
  ),
  "waits-by-hour": statement(
    { hour_utc: notNull(text), ...WAITS },
    `select
  value as hour_utc,
  ${SUMS_OF_WAITS}
  and dimension = 'hour'
group by value
order by value`,
  ),
  "waits-by-person": statement(
    { answered_by: notNull(text), ...WAITS },
    `select
  value as answered_by,
  ${SUMS_OF_WAITS}
  and dimension = 'person'
group by value
order by answers desc, answered_by
limit 15`,
  ),
  phases: statement(
    {
      week: notNull(text),
      phase: notNull(text),
      runs: notNull(integer),
      p50_seconds: notNull(float8),
      p95_seconds: notNull(float8),
    },
    `with runs as materialized (
  select
    week,
    title,
    runs,
    p50_seconds,
    p95_seconds
  from history.weekly_phases
  where week between $1 and $2
    and kind = $3
    and lane = $4
),
slowest as (
  select title, sum(runs * p50_seconds) as total
  from runs
  group by title
  order by total desc, title
  limit 8
)
select
  week::text,
  title as phase,
  runs,
  p50_seconds::float8,
  p95_seconds::float8
from runs
join slowest using (title)
order by total desc, title, week`,
  ),
  interruptions: statement(
    {
      week: notNull(text),
      kind: notNull(textOf<SignalKind>()),
      requests: notNull(integer),
      jobs: notNull(integer),
      by_policy: notNull(integer),
    },
    `select
  date_trunc('week', requested_at at time zone 'UTC')::date::text as week,
  kind,
  count(*)::integer as requests,
  count(distinct job_id)::integer as jobs,
  count(expired_interaction_id)::integer as by_policy
from history.signals
where requested_at >= $1::date::timestamp at time zone 'UTC'
  and requested_at < ($2::date + 7)::timestamp at time zone 'UTC'
  and $3 in ('*', job_kind)
  and $4 in ('*', lane)
group by week, kind
order by week, kind`,
  ),
} as const satisfies Record<Insight, Statement>;

type RowsOfStatements = { [Name in Insight]: RowOf<(typeof STATEMENTS)[Name]["columns"]>[] };

export async function readInsight<Name extends Insight>(
  db: Database,
  name: Name,
  scope: InsightScope,
): Promise<InsightRows[Name]> {
  const chosen: Statement = STATEMENTS[name];
  const found = await rows(
    db,
    chosen,
    PARAMETERS.map((parameter) => scope[parameter]),
  );
  return found as RowsOfStatements[Name] satisfies InsightRows[Name];
}

export function insightColumns(name: Insight): string[] {
  return Object.keys(STATEMENTS[name].columns);
}

/** The statement with its values in place of the parameters, as a person can run it. */
export function insightSql(name: Insight, scope: InsightScope): string {
  const { text: sql } = STATEMENTS[name];
  const literal = (parameter: (typeof PARAMETERS)[number]): string => {
    const quoted = `'${scope[parameter].replaceAll("'", "''")}'`;
    return parameter === "from" || parameter === "to" ? `date ${quoted}` : quoted;
  };
  return `${sql.replaceAll(/\$([1-4])(?:::date)?/g, (_, index: string) => literal(PARAMETERS[Number(index) - 1] ?? "from"))};`;
}
