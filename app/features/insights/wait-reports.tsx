// How long scap waited for answers: by question, by the hour of the day and by person.
import Link from "next/link";
import type { InsightRows } from "#lib/contract/insight.ts";
import { visibleText } from "#lib/domain/visible-text.ts";
import { formatCount, plural } from "../../text/format.ts";
import { personHref } from "../../text/page-links.ts";
import { BarTable } from "./bar-table.tsx";
import type { Series } from "./chart-frame.tsx";
import { ColumnChart } from "./column-chart.tsx";
import type { ReportProps } from "./insights-view.tsx";
import { ReportCard } from "./report-card.tsx";
import { durationText } from "./values.ts";

const SERIES = [
  { name: "Within 1 min", tone: "wait1" },
  { name: "Within 5 min", tone: "wait2" },
  { name: "Within 15 min", tone: "wait3" },
  { name: "Within 1 h", tone: "wait4" },
  { name: "Longer", tone: "wait5" },
] as const satisfies readonly Series[];

type Waits = Omit<InsightRows["waits-by-hour"][number], "hour_utc">;

/** Each count without those that the one before it includes. */
function valuesOf(row: Waits): number[] {
  const upTo = [
    row.within_1_minute,
    row.within_5_minutes,
    row.within_15_minutes,
    row.within_60_minutes,
    row.answers,
  ];
  return upTo.map((count, index) => count - (upTo[index - 1] ?? 0));
}

function cellsOf({ answers, average_seconds, longest_seconds }: Waits): string[] {
  return [formatCount(answers), durationText(average_seconds), durationText(longest_seconds)];
}

export function WaitsByQuestionReport({ params, reports }: ReportProps) {
  const report = reports["waits-by-question"];
  return (
    <ReportCard
      title="Waits by question"
      description="How soon each question was answered. The questions that took most time in all are first."
      name="waits-by-question"
      params={params}
      report={report}
    >
      <BarTable
        label="Answers by question and time until the answer"
        headings={["Question", "Answers", "Average", "Longest"]}
        series={SERIES}
        isShare
        rows={report.rows.map((row) => ({
          key: row.question,
          name: visibleText(row.question),
          values: valuesOf(row),
          cells: cellsOf(row),
        }))}
      />
    </ReportCard>
  );
}

export function WaitsByPersonReport({ params, reports }: ReportProps) {
  const report = reports["waits-by-person"];
  return (
    <ReportCard
      title="Waits by person"
      description="Who answered most questions, and how soon."
      name="waits-by-person"
      params={params}
      report={report}
    >
      <BarTable
        label="Answers by person and time until the answer"
        headings={["Person", "Answers", "Average", "Longest"]}
        series={SERIES}
        rows={report.rows.map((row) => ({
          key: row.answered_by,
          name: <Link href={personHref(row.answered_by)}>{visibleText(row.answered_by)}</Link>,
          values: valuesOf(row),
          cells: cellsOf(row),
        }))}
      />
    </ReportCard>
  );
}

const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, "0"));
const NO_ANSWERS = SERIES.map(() => 0);

export function WaitsByHourReport({ params, reports }: ReportProps) {
  const report = reports["waits-by-hour"];
  const columns = HOURS.map((hour) => {
    const row = report.rows.find((one) => one.hour_utc === hour);
    const heading = `${hour}:00–${hour}:59 UTC`;
    const title =
      row === undefined
        ? `${heading}\nNo answers`
        : `${heading}\n${plural(row.answers, "answer", "answers")}\nAverage: ${durationText(row.average_seconds)}`;
    return { key: hour, title, values: row === undefined ? NO_ANSWERS : valuesOf(row) };
  });
  const all = report.rows.reduce((sum, { answers }) => sum + answers, 0);
  return (
    <ReportCard
      title="Waits by hour"
      description="Answers by the hour of the day (UTC) in which the question was asked."
      figure={plural(all, "answer", "answers")}
      name="waits-by-hour"
      params={params}
      report={report}
    >
      <ColumnChart
        label={`Answers by hour of the day and time until the answer: ${all} answers`}
        unit="answers"
        series={SERIES}
        columns={columns}
        labels={HOURS.filter((_, index) => index % 6 === 0).map((hour) => ({
          key: hour,
          label: `${hour}:00`,
        }))}
      />
    </ReportCard>
  );
}
