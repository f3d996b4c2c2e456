// What a cell contains: nothing, a code point, or a cluster (a base character with combining marks) by its number.

/** The cell and the next one show one character of double width. */
export const WIDE = 1 << 22;
/** The cell takes no width: the second half of a wide character, or a combining mark without a base character. */
export const NO_WIDTH = 1 << 23;
/** The low bits are the number of a cluster. */
export const CLUSTER = 1 << 21;
/** Any of these bits: the cell has visible content. */
export const CONTENT = CLUSTER | 0x1fffff;
const VALUE = 0x1fffff;

/** UTF-16 units of a cluster: about 16 marks. More marks on one character are dropped. */
const CLUSTER_LENGTH_MAX = 32;

export type ClusterTable = { texts: string[]; byText: Map<string, number> };

export function createClusterTable(): ClusterTable {
  return { texts: [], byText: new Map() };
}

export function internCluster(table: ClusterTable, text: string): number {
  const known = table.byText.get(text);
  if (known !== undefined) return known;
  const id = table.texts.push(text) - 1;
  table.byText.set(text, id);
  return id;
}

/** The characters of a cell, "" when there are none. */
export function cellText(table: ClusterTable, cell: number): string {
  if ((cell & CONTENT) === 0) return "";
  if ((cell & CLUSTER) !== 0) return table.texts[cell & VALUE] ?? "";
  return String.fromCodePoint(cell & VALUE);
}

/** The cell with one more combining mark. */
export function joinMark(table: ClusterTable, cell: number, mark: number): number {
  const text = cellText(table, cell) + String.fromCodePoint(mark);
  if (text.length > CLUSTER_LENGTH_MAX) return cell;
  return CLUSTER | internCluster(table, text) | (cell & WIDE);
}

/** A wide character is read together with its second half. */
export function cellAdvance(cell: number): number {
  return (cell & WIDE) !== 0 ? 2 : 1;
}
