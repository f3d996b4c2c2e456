// The one table that a run ends with.
import { grouped, type Row } from "./measure/result.ts";

const HEAD = ["", "what", "p50", "p99", "unit", "n", "bar", ""];
/** Columns of numbers are aligned at their end. */
const RIGHT = new Set([0, 2, 3, 5]);

export function table(rows: readonly Row[]): string {
  const cells = [HEAD, ...rows.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const lines = cells.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return RIGHT.has(column) ? cell.padStart(width) : cell.padEnd(width);
      })
      .join("  ")
      .trimEnd(),
  );
  return lines.map((line) => `  ${line}`).join("\n");
}

function cellsOf(row: Row): string[] {
  return [
    String(row.figure),
    row.name,
    shown(row.p50),
    row.p99 === undefined ? "" : shown(row.p99),
    row.unit,
    String(row.n),
    row.bar ?? "",
    row.ok === undefined ? "" : row.ok ? "ok" : "MISSED",
  ];
}

function shown(value: number): string {
  if (Number.isNaN(value)) return "none";
  if (value >= 1000) return grouped(Math.round(value));
  return value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2);
}
