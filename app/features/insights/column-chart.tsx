// Columns of stacked parts, one for each week or hour.
import { stack } from "@visx/shape";
import { bandsOf, PLOT_HEIGHT, valueAxis } from "./axis.ts";
import { ChartFrame, Legend, type Series } from "./chart-frame.tsx";
import styles from "./chart.module.css";

export type Column = { key: string; title: string; values: readonly number[] };

type ColumnChartProps = {
  label: string;
  unit: string;
  series: readonly Series[];
  /** Their values are in the order of the series, from the bottom up. */
  columns: readonly Column[];
  labels: readonly { key: string; label: string }[];
};

export function ColumnChart({ label, unit, series, columns, labels }: ColumnChartProps) {
  const bandOf = bandsOf(
    columns.map(({ key }) => key),
    columns.length > 60 ? 0.1 : 0.25,
  );
  const totals = columns.map(({ values }) => values.reduce((sum, value) => sum + value, 0));
  const axis = valueAxis(totals, PLOT_HEIGHT, { isCount: true });
  const parts = stack<Column, number>({
    keys: series.map((_, index) => index),
    value: ({ values }, index) => values[index] ?? 0,
  })([...columns]);
  return (
    <>
      <ChartFrame label={label} unit={unit} axis={axis} height={PLOT_HEIGHT} labels={labels} bandOf={bandOf}>
        {columns.map(({ key, title }, index) => {
          const { start, width } = bandOf(key);
          return (
            <g key={key}>
              <title>{title}</title>
              {parts.map((part) => {
                const [low = 0, high = 0] = part[index] ?? [];
                if (high === low) return null;
                return (
                  <rect
                    key={part.key}
                    className={`${styles.bar} ${styles[series[part.key]?.tone ?? "strong"]}`}
                    x={`${start}%`}
                    width={`${width}%`}
                    y={axis.y(high)}
                    height={Math.max(1, axis.y(low) - axis.y(high))}
                  />
                );
              })}
            </g>
          );
        })}
      </ChartFrame>
      {series.length > 1 && <Legend series={series} />}
    </>
  );
}
