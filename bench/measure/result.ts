// The result of a benchmark: one row of the table for each measured value.
import { quantile } from "./quantiles.ts";

export type Row = {
  benchmark: number;
  name: string;
  unit: string;
  p50: number;
  /** The 99th percentile; for rates the slowest run; undefined for a single value. */
  p99?: number | undefined;
  n: number;
  /** Formatted. Absent when the value has no target. */
  target?: string;
  ok?: boolean;
};

export type Target = { p50?: number; p99?: number };

type Named = { benchmark: number; name: string; unit?: string };

/** Lower is better. */
export function latencyRow(named: Named, values: readonly number[], target: Target = {}): Row {
  const row = {
    benchmark: named.benchmark,
    name: named.name,
    unit: named.unit ?? "ms",
    p50: quantile(values, 0.5),
    p99: quantile(values, 0.99),
    n: values.length,
  };
  if (target.p50 === undefined && target.p99 === undefined) return row;
  const isMet = row.p50 <= (target.p50 ?? Infinity) && row.p99 <= (target.p99 ?? Infinity);
  const limits = [
    target.p50 === undefined ? "" : `p50 ≤ ${target.p50}`,
    target.p99 === undefined ? "" : `p99 ≤ ${target.p99}`,
  ];
  return { ...row, target: limits.filter(Boolean).join(", "), ok: values.length > 0 && isMet };
}

/** Higher is better. `p99` is the slowest run. */
export function rateRow(named: Named & { unit: string }, values: readonly number[], least?: number): Row {
  const row = {
    benchmark: named.benchmark,
    name: named.name,
    unit: named.unit,
    p50: quantile(values, 0.5),
    p99: quantile(values, 0),
    n: values.length,
  };
  return least === undefined ? row : { ...row, target: `≥ ${grouped(least)}`, ok: row.p50 >= least };
}

/** One value, or the median of a few. Lower is better. */
export function valueRow(named: Named & { unit: string }, values: readonly number[], most?: number): Row {
  const row = {
    benchmark: named.benchmark,
    name: named.name,
    unit: named.unit,
    p50: quantile(values, 0.5),
    ...(values.length > 1 ? { p99: quantile(values, 1) } : {}),
    n: values.length,
  };
  return most === undefined ? row : { ...row, target: `≤ ${grouped(most)}`, ok: row.p50 <= most };
}

export function grouped(value: number): string {
  return value.toLocaleString("en-US");
}
