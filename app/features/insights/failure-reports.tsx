// How many deployments had to be remedied, and how long that took.
import { plural } from "../../text/format.ts";
import { unitOf } from "./axis.ts";
import type { ReportProps } from "./insights-view.tsx";
import { LineChart } from "./line-chart.tsx";
import { ReportCard } from "./report-card.tsx";
import { byWeek, durationText, inUnit } from "./values.ts";

export function ChangeFailureReport({ params, weeks, reports }: ReportProps) {
  const report = reports["change-failures"];
  const rows = byWeek(report.rows, weeks);
  const failures = report.rows.reduce((sum, { change_failures: count }) => sum + count, 0);
  return (
    <ReportCard
      title="Change failure rate"
      description="Deployments that reached canaries or production and did not complete, or had a change reverted by a later job in production, as a part of all that reached them."
      figure={plural(failures, "change failure", "change failures")}
      name="change-failures"
      params={params}
      report={report}
    >
      <LineChart
        label={`Change failure rate by week: ${failures} change failures`}
        unit="%"
        weeks={weeks}
        lines={[
          {
            name: "Change failure rate",
            tone: "failed",
            values: rows.map((row) => row?.change_failure_percent ?? null),
          },
        ]}
        titleOf={(week, index) => {
          const row = rows[index];
          const rate = row?.change_failure_percent ?? null;
          return rate === null
            ? `Week of ${week}\nNo deployments`
            : `Week of ${week}\n${rate} %\n${plural(row?.change_failures ?? 0, "change failure", "change failures")}`;
        }}
      />
    </ReportCard>
  );
}

export function RestoreTimeReport({ params, weeks, reports }: ReportProps) {
  const report = reports["change-failures"];
  const values = byWeek(report.rows, weeks).map((row) => row?.restore_p50_seconds ?? null);
  const unit = unitOf(values.map((value) => value ?? 0));
  const newest = values.findLast((value) => value !== null);
  return (
    <ReportCard
      title="Time to restore"
      description="Median time from the sync of such a deployment to canaries or production until its rollback, its first revert or, without either, the next deployment of its lane in production."
      figure={newest === undefined ? "No change failures" : `Last: ${durationText(newest)}`}
      name="change-failures"
      params={params}
      report={report}
    >
      <LineChart
        label="Median time to restore by week"
        unit={unit.name}
        weeks={weeks}
        lines={[{ name: "Time to restore", tone: "strong", values: inUnit(values, unit) }]}
        titleOf={(week, index) =>
          (values[index] ?? null) === null
            ? `Week of ${week}\nNo change failures`
            : `Week of ${week}\n${durationText(values[index])}`
        }
      />
    </ReportCard>
  );
}
