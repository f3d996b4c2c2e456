// How often running jobs were interrupted, and by which signal.
import { SIGNAL_KINDS, type SignalKind } from "#lib/domain/signal.ts";
import { plural } from "../../text/format.ts";
import { monthLabels } from "./axis.ts";
import type { Series } from "./chart-frame.tsx";
import { ColumnChart } from "./column-chart.tsx";
import type { ReportProps } from "./insights-view.tsx";
import { ReportCard } from "./report-card.tsx";

const SERIES_OF_KIND: Record<SignalKind, Series> = {
  interrupt: { name: "Interrupt", tone: "wait2" },
  interrupt_group: { name: "Ctrl-C", tone: "wait3" },
  terminate: { name: "Terminate", tone: "cancelled" },
  kill: { name: "Kill", tone: "failed" },
};

export function InterruptionReport({ params, weeks, reports }: ReportProps) {
  const report = reports.interruptions;
  const columns = weeks.map((week) => {
    const rows = report.rows.filter((row) => row.week === week);
    const values = SIGNAL_KINDS.map((kind) => rows.find((row) => row.kind === kind)?.requests ?? 0);
    const parts = SIGNAL_KINDS.map((kind, index) => `${SERIES_OF_KIND[kind].name}: ${values[index]}`);
    return { key: week, title: [`Week of ${week}`, ...parts].join("\n"), values };
  });
  const all = report.rows.reduce((sum, { requests }) => sum + requests, 0);
  const byPolicy = report.rows.reduce((sum, { by_policy: count }) => sum + count, 0);
  return (
    <ReportCard
      title="Interruptions"
      description="Signals that people, or the policy for unanswered questions, requested for running jobs."
      figure={`${plural(all, "signal", "signals")}, ${byPolicy} by policy`}
      name="interruptions"
      params={params}
      report={report}
    >
      <ColumnChart
        label={`Signals by week and kind: ${all} signals`}
        unit="signals"
        series={SIGNAL_KINDS.map((kind) => SERIES_OF_KIND[kind])}
        columns={columns}
        labels={monthLabels(weeks).map(({ week, label }) => ({ key: week, label }))}
      />
    </ReportCard>
  );
}
