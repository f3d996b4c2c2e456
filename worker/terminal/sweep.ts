// Removes styles and clusters that no cell uses, so that a program that keeps creating new ones does not fill the memory. A sweep costs as
// much as the screens have cells, and runs once per that many new entries.
import { cellText, CLUSTER, createClusterTable, internCluster, WIDE } from "./clusters.ts";
import type { OpenLine } from "./render.ts";
import type { Row } from "./row.ts";
import { createStyleTable, DEFAULT_STYLE, intern } from "./style.ts";
import type { Terminal } from "./terminal.ts";

/** Twice the cells of both screens and of the rows above them. */
const ENTRIES_MAX = 131_072;

/** Must be called while no variable holds the number of a style or cluster. */
export function sweepIfLarge(terminal: Terminal): void {
  if (terminal.styles.styles.length < ENTRIES_MAX && terminal.clusters.texts.length < ENTRIES_MAX) return;
  const { styles: oldStyles, clusters: oldClusters, log } = terminal;
  const styles = createStyleTable();
  const clusters = createClusterTable();
  const restyle = (style: number): number => intern(styles, oldStyles.styles[style] ?? DEFAULT_STYLE);
  const rows = [...terminal.normal.rows, ...terminal.alternate.rows, ...terminal.scrollback];
  for (const row of rows) {
    row.rendered = undefined;
    row.selectivelyErased = -1;
    renumber(
      row,
      restyle,
      (cell) => CLUSTER | internCluster(clusters, cellText(oldClusters, cell)) | (cell & WIDE),
    );
  }
  log.prefix = restyled(log.prefix, restyle);
  log.prefixIfEnded = restyled(log.prefixIfEnded, restyle);
  terminal.styles = styles;
  terminal.clusters = clusters;
  terminal.penStyle = -1;
  terminal.eraseStyle = -1;
}

function restyled(line: OpenLine | undefined, restyle: (style: number) => number): OpenLine | undefined {
  return line === undefined ? undefined : { ...line, first: restyle(line.first), last: restyle(line.last) };
}

function renumber(row: Row, restyle: (style: number) => number, recluster: (cell: number) => number): void {
  for (let column = 0; column < row.used; column += 1) {
    const cell = row.cells[column] ?? 0;
    const style = row.styles[column] ?? 0;
    if (style !== 0) row.styles[column] = restyle(style);
    if ((cell & CLUSTER) !== 0) row.cells[column] = recluster(cell);
  }
}
