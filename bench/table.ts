// Formats the results as a table.
import { grouped, type Row } from "./measure/result.ts";

const HEAD = ["", "what", "p50", "p99", "unit", "n", "target", ""];
/** Columns of numbers are right-aligned. */
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
    String(row.benchmark),
    row.name,
    format(row.p50),
    row.p99 === undefined ? "" : format(row.p99),
    row.unit,
    String(row.n),
    row.target ?? "",
    row.ok === undefined ? "" : row.ok ? "ok" : "MISSED",
  ];
}

function format(value: number): string {
  if (Number.isNaN(value)) return "none";
  if (value >= 1000) return grouped(Math.round(value));
  return value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2);
}
