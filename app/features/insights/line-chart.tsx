// Lines over weeks. A week without a value interrupts its line.
import { line } from "@visx/shape";
import { type Band, bandsOf, monthLabels, PLOT_HEIGHT, valueAxis, type ValueAxis } from "./axis.ts";
import { ChartFrame, Legend, type Series } from "./chart-frame.tsx";
import styles from "./chart.module.css";

export type Line = Series & { values: readonly (number | null)[] };

type LineChartProps = {
  label: string;
  unit: string;
  weeks: readonly string[];
  lines: readonly Line[];
  /** For the pointer: what a week has. */
  titleOf: (week: string, index: number) => string;
  height?: number;
  hasLegend?: boolean;
};

export function LineChart(props: LineChartProps) {
  const { label, unit, weeks, lines, titleOf, height = PLOT_HEIGHT, hasLegend = true } = props;
  const bandOf = bandsOf(weeks, 0);
  const values = lines.flatMap((one) => one.values).filter((value) => value !== null);
  const axis = valueAxis(values, height, { tickCount: height < PLOT_HEIGHT ? 2 : 4 });
  const labels = monthLabels(weeks).map(({ week, label: text }) => ({ key: week, label: text }));
  return (
    <>
      <ChartFrame label={label} unit={unit} axis={axis} height={height} labels={labels} bandOf={bandOf}>
        {/* Its width is in percent too: the lines are stretched, their width is not. */}
        <svg width="100%" height={height} viewBox={`0 0 100 ${height}`} preserveAspectRatio="none">
          {lines.map((one) => (
            <path
              key={one.name}
              className={`${styles.line} ${styles[one.tone]}`}
              d={pathOf(one, weeks, bandOf, axis)}
              vectorEffect="non-scaling-stroke"
            />
          ))}
        </svg>
        {lines.map((one) =>
          dotsOf(one, weeks).map(({ week, value }) => (
            <circle
              key={`${one.name} ${week}`}
              className={`${styles.dot} ${styles[one.tone]}`}
              cx={`${bandOf(week).middle}%`}
              cy={axis.y(value)}
              r="2.5"
            />
          )),
        )}
        {weeks.map((week, index) => (
          <rect
            key={week}
            className={styles.hit}
            x={`${bandOf(week).start}%`}
            width={`${bandOf(week).width}%`}
            height={height}
          >
            <title>{titleOf(week, index)}</title>
          </rect>
        ))}
      </ChartFrame>
      {hasLegend && lines.length > 1 && <Legend series={lines} isLine />}
    </>
  );
}

function pathOf(
  { values }: Line,
  weeks: readonly string[],
  bandOf: (week: string) => Band,
  axis: ValueAxis,
): string {
  const path = line<number | null>({
    defined: (value) => value !== null,
    x: (_, index) => bandOf(weeks[index] ?? "").middle,
    y: (value) => axis.y(value ?? 0),
  });
  return path([...values]) ?? "";
}

const DOTS_MAX = 40;

/** Of each week, if they can be told apart; otherwise only of those without a neighbour, which have no line. */
function dotsOf({ values }: Line, weeks: readonly string[]): { week: string; value: number }[] {
  return weeks.flatMap((week, index) => {
    const value = values[index] ?? null;
    const isAlone = (values[index - 1] ?? null) === null && (values[index + 1] ?? null) === null;
    return value !== null && (weeks.length <= DOTS_MAX || isAlone) ? [{ week, value }] : [];
  });
}
