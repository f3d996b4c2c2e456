// Rows as text, rendered once until the row changes, and the joining of wrapped rows to one line.
import { cellAdvance, cellText, CLUSTER, CONTENT, NO_WIDTH, WIDE, type ClusterTable } from "./clusters.ts";
import { cellAt, contentEnd, type RenderedRow, type Row } from "./row.ts";
import { transition, unlinked, type StyleTable } from "./style.ts";

export type Tables = { styles: StyleTable; clusters: ClusterTable };

const SPACE = 0x20;
/** UTF-16 units of a row with its sequences. Only links can exceed it; they are omitted then. */
const ROW_LENGTH_MAX = 32_768;
const scratch = Buffer.alloc(1024);

/**
 * @param isFull the text continues on the next row: then all cells count, but for the last one when a wide character did
 * not fit into it. Otherwise cells at the end that were never written are omitted.
 */
export function renderRow(tables: Tables, row: Row, isFull: boolean): RenderedRow {
  const known = row.rendered;
  if (known !== undefined && known.isFull === isFull) return known;
  const rendered = render(tables, row, isFull ? fullEnd(row) : contentEnd(row), isFull);
  row.rendered = rendered;
  return rendered;
}

/** With empty cells at the end that have a background colour, which a line of the log omits. */
export function renderPainted(tables: Tables, row: Row): RenderedRow {
  return render(tables, row, row.used, false);
}

function render(tables: Tables, row: Row, end: number, isFull: boolean): RenderedRow {
  if (end === 0) return { isFull, plain: "", body: "", first: 0, last: 0 };
  const latin = latinText(row, end);
  if (latin !== undefined && isDefault(row, end)) {
    return { isFull, plain: latin, body: latin, first: 0, last: 0 };
  }
  const { visible } = tables.styles;
  const rendered = renderStyled(tables, row, { end, isFull, latin }, (style) => visible[style] ?? 0);
  if (rendered.body.length <= ROW_LENGTH_MAX) return rendered;
  return renderStyled(tables, row, { end, isFull, latin }, (style) => unlinked(tables.styles, style));
}

/** All cells count, but for the last one when it is empty: a wide character did not fit into it. */
export function fullEnd(row: Row): number {
  const last = cellAt(row, row.cells.length - 1);
  return last === 0 ? row.cells.length - 1 : row.cells.length;
}

/** The text if each cell has a Latin character or is empty, as in most rows: then columns are offsets into it. */
function latinText(row: Row, end: number): string | undefined {
  if (end > scratch.length) return undefined;
  const { cells } = row;
  for (let column = 0; column < end; column += 1) {
    const cell = cells[column] ?? 0;
    if (cell > 0xff) return undefined;
    scratch[column] = cell === 0 ? SPACE : cell;
  }
  return scratch.toString("latin1", 0, end);
}

function isDefault(row: Row, end: number): boolean {
  const { styles } = row;
  for (let column = 0; column < end; column += 1) if (styles[column] !== 0) return false;
  return true;
}

function renderStyled(
  tables: Tables,
  row: Row,
  { end, isFull, latin }: { end: number; isFull: boolean; latin: string | undefined },
  visibleStyle: (style: number) => number,
): RenderedRow {
  const { styles, cells } = row;
  let plain = latin ?? "";
  let body = "";
  let first = 0;
  let last = -1;
  for (let column = 0; column < end;) {
    const from = column;
    const number = styles[column] ?? 0;
    const style = visibleStyle(number);
    if (last < 0) first = style;
    else body += transition(tables.styles, last, style);
    last = style;
    do column += cellAdvance(cells[column] ?? 0);
    while (column < end && styles[column] === number);
    if (latin !== undefined) {
      body += latin.slice(from, column);
    } else {
      const text = cellsText(tables.clusters, row, from, Math.min(column, end));
      plain += text;
      body += text;
    }
  }
  return { isFull, plain, body, first, last: Math.max(0, last) };
}

/** The characters of some cells; empty ones are spaces. A wide character whose first half is included is read completely. */
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

/** A line whose rows are being joined. The sequence that ends its last style is not appended yet. */
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
