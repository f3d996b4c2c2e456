// How long it takes from the upload of a change, and from the request of a job, to production.
import { unitOf } from "./axis.ts";
import type { ReportProps } from "./insights-view.tsx";
import { type Line, LineChart } from "./line-chart.tsx";
import { ReportCard } from "./report-card.tsx";
import { byWeek, durationText, inUnit } from "./values.ts";

export function LeadTimeReport({ params, weeks, reports }: ReportProps) {
  const report = reports["lead-time"];
  const rows = byWeek(report.rows, weeks);
  const newest = report.rows.at(-1);
  return (
    <ReportCard
      title="Lead time"
      description="From the upload of a change to Gerrit until it was in production."
      figure={newest && `Last week: ${durationText(newest.change_lead_p50_seconds)}`}
      name="lead-time"
      params={params}
      report={report}
    >
      <Durations
        label="Lead time of changes by week"
        weeks={weeks}
        lines={[
          { name: "Median", tone: "strong", values: rows.map((row) => row?.change_lead_p50_seconds ?? null) },
          {
            name: "95th percentile",
            tone: "soft",
            values: rows.map((row) => row?.change_lead_p95_seconds ?? null),
          },
        ]}
      />
    </ReportCard>
  );
}

export function JobTimeReport({ params, weeks, reports }: ReportProps) {
  const report = reports["lead-time"];
  const rows = byWeek(report.rows, weeks);
  const newest = report.rows.at(-1);
  return (
    <ReportCard
      title="Time from request"
      description="Median time from the request of a deployment to its end, and how much of it scap worked or waited for an answer."
      figure={newest && `Last week: ${durationText(newest.lead_p50_seconds)}`}
      name="lead-time"
      params={params}
      report={report}
    >
      <Durations
        label="Time from the request of a deployment to its end, by week"
        weeks={weeks}
        lines={[
          { name: "Total", tone: "strong", values: rows.map((row) => row?.lead_p50_seconds ?? null) },
          { name: "Working", tone: "soft", values: rows.map((row) => row?.working_p50_seconds ?? null) },
          {
            name: "Waiting for an answer",
            tone: "cancelled",
            values: rows.map((row) => row?.waiting_for_people_p50_seconds ?? null),
          },
        ]}
      />
    </ReportCard>
  );
}

type DurationsProps = { label: string; weeks: readonly string[]; lines: readonly Line[] };

/** Lines whose values are seconds. */
function Durations({ label, weeks, lines }: DurationsProps) {
  const unit = unitOf(lines.flatMap(({ values }) => values).map((value) => value ?? 0));
  return (
    <LineChart
      label={label}
      unit={unit.name}
      weeks={weeks}
      lines={lines.map((one) => ({ ...one, values: inUnit(one.values, unit) }))}
      titleOf={(week, index) =>
        [
          `Week of ${week}`,
          ...lines.map(({ name, values }) => `${name}: ${durationText(values[index])}`),
        ].join("\n")
      }
    />
  );
}
