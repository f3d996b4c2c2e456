// CSV as RFC 4180 describes it.

/** Characters with which spreadsheets begin a formula, also in their full-width form. */
const FORMULA = /^[=+\-@\t\r＝＋－＠]/;

/**
 * A line with its end. Text is always quoted. What a spreadsheet would execute gets an apostrophe in front: subjects of
 * changes are written by other people.
 */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(cellText).join(",")}\r\n`;
}

function cellText(cell: string | number | null): string {
  if (cell === null) return "";
  if (typeof cell === "number") return String(cell);
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return `"${text.replaceAll('"', '""')}"`;
}
