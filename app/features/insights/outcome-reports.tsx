// How many jobs ended, how, and whose they were.
import Link from "next/link";
import { visibleText } from "#lib/domain/visible-text.ts";
import { formatCount, plural } from "../../text/format.ts";
import { personHref } from "../../text/page-links.ts";
import { monthLabels } from "./axis.ts";
import { BarTable } from "./bar-table.tsx";
import type { Series } from "./chart-frame.tsx";
import { ColumnChart } from "./column-chart.tsx";
import type { ReportProps } from "./insights-view.tsx";
import { ReportCard } from "./report-card.tsx";

const SERIES = [
  { name: "Deployed", tone: "deployed" },
  { name: "Nothing to deploy", tone: "notNeeded" },
  { name: "Cancelled", tone: "cancelled" },
  { name: "Failed", tone: "failed" },
  { name: "Lost", tone: "lost" },
] as const satisfies readonly Series[];

export function OutcomeReport({ params, weeks, reports }: ReportProps) {
  const report = reports.outcomes;
  const columns = weeks.map((week) => {
    const rows = report.rows.filter((row) => row.week === week);
    const count = (isCounted: (row: (typeof rows)[number]) => boolean) =>
      rows.filter(isCounted).reduce((sum, { jobs }) => sum + jobs, 0);
    const values = [
      count(({ outcome }) => outcome === "completed"),
      count(({ outcome, state }) => state === "succeeded" && outcome !== "completed"),
      count(({ state }) => state === "cancelled"),
      count(({ state }) => state === "failed"),
      count(({ state }) => state === "lost"),
    ];
    return { key: week, title: titleOf(`Week of ${week}`, values), values };
  });
  const all = report.rows.reduce((sum, { jobs }) => sum + jobs, 0);
  const deployed = columns.reduce((sum, { values }) => sum + (values[0] ?? 0), 0);
  return (
    <ReportCard
      title="Jobs by outcome"
      description="Jobs that ended in each week. “Deployed” ones completed; “Nothing to deploy” also counts jobs that were only prepared."
      figure={`${plural(all, "job", "jobs")}, ${formatCount(deployed)} deployed`}
      name="outcomes"
      params={params}
      report={report}
    >
      <ColumnChart
        label={`Jobs by week and outcome: ${all} jobs, ${deployed} deployed`}
        unit="jobs"
        series={SERIES}
        columns={columns}
        labels={monthLabels(weeks).map(({ week, label }) => ({ key: week, label }))}
      />
    </ReportCard>
  );
}

function titleOf(heading: string, values: readonly number[]): string {
  const parts = SERIES.map(({ name }, index) => ({ name, value: values[index] ?? 0 }));
  return [
    heading,
    ...parts.filter(({ value }) => value > 0).map(({ name, value }) => `${name}: ${value}`),
  ].join("\n");
}

export function PeopleReport({ params, reports }: ReportProps) {
  const report = reports.people;
  return (
    <ReportCard
      title="Jobs by person"
      description="Who requested most jobs, and how these ended."
      name="people"
      params={params}
      report={report}
    >
      <BarTable
        label="Jobs by person"
        headings={["Person", "Jobs", "Deployed"]}
        series={SERIES}
        rows={report.rows.map(
          ({ requested_by: person, jobs, completed, not_needed, cancelled, failed, lost }) => ({
            key: person,
            name: <Link href={personHref(person)}>{visibleText(person)}</Link>,
            values: [completed, not_needed, cancelled, failed, lost],
            cells: [formatCount(jobs), `${Math.round((100 * completed) / jobs)} %`],
          }),
        )}
      />
    </ReportCard>
  );
}
