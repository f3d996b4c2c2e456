// The frame of a chart: the labels of its axes around the plot. Positions are attributes, because the pages allow no inline
// styles.
import type { ReactNode } from "react";
import type { Band, ValueAxis } from "./axis.ts";
import styles from "./chart.module.css";

type ChartFrameProps = {
  /** What a screen reader says in place of the plot. The table below has the values. */
  label: string;
  /** Of the values. */
  unit: string;
  axis: ValueAxis;
  height: number;
  labels: readonly { key: string; label: string }[];
  bandOf: (key: string) => Band;
  children: ReactNode;
};

/** A label that begins further right would be cut off. */
const LABEL_START_MAX = 88;

export function ChartFrame({ label, unit, axis, height, labels, bandOf, children }: ChartFrameProps) {
  return (
    <div className={styles.chart}>
      <p className={styles.unit} aria-hidden="true">
        {unit}
      </p>
      <svg className={styles.values} width="44" height={height} aria-hidden="true">
        {axis.ticks.map(({ value, y }) => (
          <text key={value} x="38" y={y} dy="0.32em" textAnchor="end">
            {value.toLocaleString("en-GB")}
          </text>
        ))}
      </svg>
      {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- an img cannot have the colours of the page */}
      <svg className={styles.plot} width="100%" height={height} role="img" aria-label={label}>
        {axis.ticks.map(({ value, y }) => (
          <line key={value} className={styles.grid} x1="0" x2="100%" y1={y} y2={y} />
        ))}
        {children}
      </svg>
      <svg className={styles.keys} width="100%" height="20" aria-hidden="true">
        {labels
          .map((one) => ({ ...one, start: bandOf(one.key).start }))
          .filter(({ start }) => start <= LABEL_START_MAX)
          .map(({ key, label: text, start }) => (
            <text key={key} x={`${start}%`} y="14">
              {text}
            </text>
          ))}
      </svg>
    </div>
  );
}

export type Series = { name: string; tone: Tone };
/** A colour of chart.module.css. */
export type Tone =
  | "deployed"
  | "notNeeded"
  | "cancelled"
  | "failed"
  | "lost"
  | "wait1"
  | "wait2"
  | "wait3"
  | "wait4"
  | "wait5"
  | "strong"
  | "soft";

export function Legend({ series, isLine = false }: { series: readonly Series[]; isLine?: boolean }) {
  return (
    <ul className={styles.legend}>
      {series.map(({ name, tone }) => (
        <li key={name}>
          <svg width="14" height="12" aria-hidden="true" className={styles[tone]}>
            {isLine ? (
              <line className={styles.line} x1="0" x2="14" y1="6" y2="6" />
            ) : (
              <rect className={styles.bar} width="12" height="12" rx="2" />
            )}
          </svg>
          {name}
        </li>
      ))}
    </ul>
  );
}
