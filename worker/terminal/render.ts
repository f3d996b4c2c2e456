// Rows as text, rendered once until the row changes, and the joining of wrapped rows to one line.
import { cellAdvance, cellText, CLUSTER, CONTENT, NO_WIDTH, WIDE, type ClusterTable } from "./clusters.ts";
import { cellAt, contentEnd, type RenderedRow, type Row } from "./row.ts";
import { transition, type StyleTable } from "./style.ts";

export type Tables = { styles: StyleTable; clusters: ClusterTable };

const SPACE = 0x20;
const scratch = Buffer.alloc(1024);

/**
 * @param isFull the text continues on the next row: then all cells count, but for the last one when a wide character did
 * not fit into it. Else cells at the end that were never written are left out.
 */
export function renderRow(tables: Tables, row: Row, isFull: boolean): RenderedRow {
  const known = row.rendered;
  if (known !== undefined && known.isFull === isFull) return known;
  const end = isFull ? fullEnd(row) : contentEnd(row);
  const rendered = renderPlainRow(row, end, isFull) ??
    renderStyledRow(tables, row, end, isFull) ?? { isFull, plain: "", body: "", first: 0, last: 0 };
  row.rendered = rendered;
  return rendered;
}

/** All cells count, but for the last one when it is empty: a wide character did not fit into it. */
export function fullEnd(row: Row): number {
  const last = cellAt(row, row.cells.length - 1);
  return last === 0 ? row.cells.length - 1 : row.cells.length;
}

/** The usual row: Latin characters in the default style. Undefined when the row is another. */
function renderPlainRow(row: Row, end: number, isFull: boolean): RenderedRow | undefined {
  if (end > scratch.length) return undefined;
  const { cells, styles } = row;
  for (let column = 0; column < end; column += 1) {
    const cell = cells[column] ?? 0;
    if (cell > 0xff || styles[column] !== 0) return undefined;
    scratch[column] = cell === 0 ? SPACE : cell;
  }
  const text = scratch.toString("latin1", 0, end);
  return { isFull, plain: text, body: text, first: 0, last: 0 };
}

function renderStyledRow(tables: Tables, row: Row, end: number, isFull: boolean): RenderedRow {
  let plain = "";
  let body = "";
  let first = 0;
  let style = -1;
  for (let column = 0; column < end;) {
    const next = tables.styles.visible[row.styles[column] ?? 0] ?? 0;
    if (style < 0) first = next;
    else body += transition(tables.styles, style, next);
    style = next;
    const from = column;
    do column += cellAdvance(cellAt(row, column));
    while (column < end && (tables.styles.visible[row.styles[column] ?? 0] ?? 0) === style);
    const text = cellsText(tables.clusters, row, from, Math.min(column, end));
    plain += text;
    body += text;
  }
  return { isFull, plain, body, first, last: Math.max(0, style) };
}

/** The characters of some cells; empty ones are spaces. A wide character whose first half is within is read whole. */
export function cellsText(clusters: ClusterTable, row: Row, from: number, to: number): string {
  let text = "";
  for (let column = from; column < to;) {
    const cell = cellAt(row, column);
    if ((cell & CONTENT) === 0) text += " ";
    else if ((cell & (CLUSTER | NO_WIDTH | WIDE)) === 0 && cell < 0x10000) text += String.fromCharCode(cell);
    else text += cellText(clusters, cell);
    column += cellAdvance(cell);
  }
  return text;
}

/** A line whose rows are being joined. Its text is open: what ends its last style is not there yet. */
export type OpenLine = {
  text: string;
  /** The beginning of the text without sequences. */
  plain: string;
  first: number;
  last: number;
  at: number;
  isUncompleted: boolean;
};

export function openLine(rendered: RenderedRow, row: Row): OpenLine {
  const { plain, body, first, last } = rendered;
  return { text: body, plain, first, last, at: row.at, isUncompleted: row.isUncompleted };
}

/** @param plainMax UTF-16 units of plain text that are kept */
export function joinRow(
  tables: Tables,
  line: OpenLine,
  rendered: RenderedRow,
  row: Row,
  plainMax: number,
): OpenLine {
  const isUncompleted = line.isUncompleted || row.isUncompleted;
  const at = Math.max(line.at, row.at);
  if (rendered.plain === "") return { ...line, at, isUncompleted };
  const text = line.text + transition(tables.styles, line.last, rendered.first) + rendered.body;
  const plain = line.plain.length < plainMax ? (line.plain + rendered.plain).slice(0, plainMax) : line.plain;
  return { text, plain, first: line.first, last: rendered.last, at, isUncompleted };
}

/** The whole text, from the default style to the default style. */
export function closedText(tables: Tables, line: OpenLine): string {
  const { first, last, text } = line;
  if (first === 0 && last === 0) return text;
  return transition(tables.styles, 0, first) + text + transition(tables.styles, last, 0);
}
