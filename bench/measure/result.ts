// What a figure says: one row of the table for each thing that was measured.
import { quantile } from "./quantiles.ts";

export type Row = {
  figure: number;
  name: string;
  unit: string;
  p50: number;
  /** The 99th percentile; for rates the slowest run; undefined for a single value. */
  p99?: number | undefined;
  n: number;
  /** In words. Absent when the row only informs. */
  bar?: string;
  ok?: boolean;
};

export type Bar = { p50?: number; p99?: number };

type Named = { figure: number; name: string; unit?: string };

/** Less is better. */
export function latencyRow(named: Named, values: readonly number[], bar: Bar = {}): Row {
  const row = {
    figure: named.figure,
    name: named.name,
    unit: named.unit ?? "ms",
    p50: quantile(values, 0.5),
    p99: quantile(values, 0.99),
    n: values.length,
  };
  if (bar.p50 === undefined && bar.p99 === undefined) return row;
  const isMet = row.p50 <= (bar.p50 ?? Infinity) && row.p99 <= (bar.p99 ?? Infinity);
  const words = [
    bar.p50 === undefined ? "" : `p50 ≤ ${bar.p50}`,
    bar.p99 === undefined ? "" : `p99 ≤ ${bar.p99}`,
  ];
  return { ...row, bar: words.filter(Boolean).join(", "), ok: values.length > 0 && isMet };
}

/** More is better; the second column is the slowest run. */
export function rateRow(named: Named & { unit: string }, values: readonly number[], least?: number): Row {
  const row = {
    figure: named.figure,
    name: named.name,
    unit: named.unit,
    p50: quantile(values, 0.5),
    p99: quantile(values, 0),
    n: values.length,
  };
  return least === undefined ? row : { ...row, bar: `≥ ${grouped(least)}`, ok: row.p50 >= least };
}

/** One value, or the middle of few; less is better. */
export function valueRow(named: Named & { unit: string }, values: readonly number[], most?: number): Row {
  const row = {
    figure: named.figure,
    name: named.name,
    unit: named.unit,
    p50: quantile(values, 0.5),
    ...(values.length > 1 ? { p99: quantile(values, 1) } : {}),
    n: values.length,
  };
  return most === undefined ? row : { ...row, bar: `≤ ${grouped(most)}`, ok: row.p50 <= most };
}

export function grouped(value: number): string {
  return value.toLocaleString("en-US");
}
