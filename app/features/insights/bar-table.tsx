// A table whose rows have a bar of stacked parts: people and questions have long names and no order on an axis.
import type { ReactNode } from "react";
import { Legend, type Series } from "./chart-frame.tsx";
import styles from "./bar-table.module.css";
import chart from "./chart.module.css";

export type BarRow = {
  key: string;
  name: ReactNode;
  /** In the order of the series. */
  values: readonly number[];
  /** The text of each further column. */
  cells: readonly string[];
};

type BarTableProps = {
  label: string;
  /** The headings: of the names, and of the further columns. */
  headings: readonly [string, ...string[]];
  series: readonly Series[];
  rows: readonly BarRow[];
  /** Each bar is the whole width; otherwise the longest is. */
  isShare?: boolean;
};

export function BarTable({ label, headings, series, rows, isShare = false }: BarTableProps) {
  const [nameHeading, ...others] = headings;
  const totals = rows.map(({ values }) => sum(values));
  const greatest = Math.max(...totals, 1);
  return (
    <>
      <table className={styles.table} aria-label={label}>
        <thead>
          <tr>
            <th scope="col">{nameHeading}</th>
            <th scope="col" className={styles.barCell}>
              <span className={styles.hidden}>Bar</span>
            </th>
            {others.map((heading) => (
              <th key={heading} scope="col" className={styles.number}>
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, name, values, cells }, index) => (
            <tr key={key}>
              <th scope="row">{name}</th>
              <td className={styles.barCell}>
                <Bar series={series} values={values} whole={isShare ? (totals[index] ?? 1) : greatest} />
              </td>
              {cells.map((cell, column) => (
                <td key={others[column]} className={styles.number}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <Legend series={series} />
    </>
  );
}

type BarProps = { series: readonly Series[]; values: readonly number[]; whole: number };

function Bar({ series, values, whole }: BarProps) {
  const percent = (value: number) => Math.round((10_000 * value) / (whole || 1)) / 100;
  const parts = series
    .map((one, index) => ({ ...one, value: values[index] ?? 0 }))
    .filter(({ value }) => value > 0);
  return (
    <svg
      width="100%"
      height="16"
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- an img cannot have the colours of the page
      role="img"
      aria-label={parts.map(({ name, value }) => `${name}: ${value}`).join(", ")}
    >
      {parts.map(({ name, tone, value }, index) => (
        <rect
          key={name}
          className={`${chart.bar} ${chart[tone]}`}
          x={`${percent(sum(parts.slice(0, index).map((part) => part.value)))}%`}
          width={`${percent(value)}%`}
          height="16"
        >
          <title>{`${name}: ${value}`}</title>
        </rect>
      ))}
    </svg>
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
