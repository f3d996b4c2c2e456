// The phases that take most time, each as a small chart: did it become slower?
import type { InsightRows } from "#lib/contract/insight.ts";
import { visibleText } from "#lib/domain/visible-text.ts";
import { plural } from "../../text/format.ts";
import { unitOf } from "./axis.ts";
import { Legend, type Series } from "./chart-frame.tsx";
import type { ReportProps } from "./insights-view.tsx";
import { LineChart } from "./line-chart.tsx";
import styles from "./phase-report.module.css";
import { ReportCard } from "./report-card.tsx";
import { byWeek, durationText, inUnit } from "./values.ts";

const SERIES = [
  { name: "Median", tone: "strong" },
  { name: "95th percentile", tone: "soft" },
] as const satisfies readonly Series[];

const SMALL_HEIGHT = 72;

export function PhaseReport({ params, weeks, reports }: ReportProps) {
  const report = reports.phases;
  const phases = [...new Set(report.rows.map(({ phase }) => phase))];
  return (
    <ReportCard
      title="Slow phases"
      description="Of the phases that took most time in all: how long their runs took, without the time in which a question was open."
      name="phases"
      params={params}
      report={report}
      isWide
    >
      <ul className={styles.phases}>
        {phases.map((phase) => (
          <li key={phase}>
            <Phase phase={phase} weeks={weeks} rows={report.rows.filter((row) => row.phase === phase)} />
          </li>
        ))}
      </ul>
      <Legend series={SERIES} isLine />
    </ReportCard>
  );
}

type PhaseProps = { phase: string; weeks: readonly string[]; rows: InsightRows["phases"] };

function Phase({ phase, weeks, rows }: PhaseProps) {
  const ofWeeks = byWeek(rows, weeks);
  const medians = ofWeeks.map((row) => row?.p50_seconds ?? null);
  const slow = ofWeeks.map((row) => row?.p95_seconds ?? null);
  const unit = unitOf(slow.map((value) => value ?? 0));
  const [median, tail] = SERIES;
  const newest = rows.at(-1);
  const title = visibleText(phase);
  return (
    <>
      <h3 className={styles.title}>{title}</h3>
      <p className={styles.newest}>
        {newest !== undefined &&
          `Last: ${durationText(newest.p50_seconds)}, ${plural(newest.runs, "run", "runs")}`}
      </p>
      <LineChart
        label={`Duration of ${title} by week`}
        unit={unit.name}
        weeks={weeks}
        height={SMALL_HEIGHT}
        hasLegend={false}
        lines={[
          { ...tail, values: inUnit(slow, unit) },
          { ...median, values: inUnit(medians, unit) },
        ]}
        titleOf={(week, index) => {
          const row = ofWeeks[index];
          return row === undefined
            ? `Week of ${week}\nNo runs`
            : `Week of ${week}\nMedian: ${durationText(row.p50_seconds)}\n95th percentile: ${durationText(row.p95_seconds)}`;
        }}
      />
    </>
  );
}
