// The rows of a log with folded phases and notes: hidden lines have no row, and a line with notes has one more for each. Between
// two such places the rows are those of the lines alone, moved by a constant.
import type { LineRange } from "./line-range.ts";
import type { RowModel } from "./row-model.ts";

export type LogRows = RowModel & {
  isHidden: (n: number) => boolean;
  /** The lines of a range that are not hidden, as ranges in order. */
  visible: (lines: LineRange) => LineRange[];
};

/** Lines that follow each other on the screen, and by how many rows they are moved. */
type Segment = LineRange & { offset: number };

/**
 * @param lines the rows of the lines alone. Hidden lines must count as one row there.
 * @param hidden disjoint, in order. @param notes how many notes follow a line, in the order of the lines.
 */
export function createLogRows(
  lines: RowModel,
  hidden: readonly LineRange[],
  notes: ReadonlyMap<number, number>,
): LogRows {
  const segments = segmentsOf(hidden, notes);

  const rowIn = (segment: Segment, n: number) => lines.rowOfLine(n) + segment.offset;
  /** The last segment that begins at or before the line. */
  const segmentOfLine = (n: number) => lastWhere(segments, ({ from }) => from <= n);

  return {
    totalRows(totalLines) {
      const last = segmentOfLine(totalLines);
      const inner = lines.totalRows(totalLines);
      const notesAfter = notes.get(last.to) ?? 0;
      if (totalLines < last.to) return inner + last.offset;
      if (totalLines === last.to) return inner + last.offset + notesAfter;
      return rowIn(last, last.to + 1) + notesAfter;
    },
    rowOfLine(n) {
      const segment = segmentOfLine(n);
      return rowIn(segment, Math.min(n, segment.to));
    },
    lineAtRow(row, totalLines) {
      const segment = lastWhere(segments, (one) => one.from <= totalLines && rowIn(one, one.from) <= row);
      const last = Math.min(segment.to, Math.max(1, totalLines));
      return Math.min(last, Math.max(segment.from, lines.lineAtRow(row - segment.offset, totalLines)));
    },
    isHidden: (n) => n > segmentOfLine(n).to,
    visible({ from, to }) {
      const ranges: LineRange[] = [];
      for (const segment of segments) {
        const range = { from: Math.max(from, segment.from), to: Math.min(to, segment.to) };
        if (range.from > range.to) continue;
        const last = ranges.at(-1);
        if (last?.to === range.from - 1) last.to = range.to;
        else ranges.push(range);
      }
      return ranges;
    },
  };
}

/** The last segment has no end. */
function segmentsOf(hidden: readonly LineRange[], notes: ReadonlyMap<number, number>): readonly Segment[] {
  const places = [
    ...hidden.map(({ from, to }) => ({ after: from - 1, next: to + 1, moved: -(to - from + 1) })),
    ...[...notes].map(([line, count]) => ({ after: line, next: line + 1, moved: count })),
  ].toSorted((a, b) => a.after - b.after || a.next - b.next);
  const segments: Segment[] = [];
  let from = 1;
  let offset = 0;
  for (const { after, next, moved } of places) {
    const isInHidden = next <= from;
    if (isInHidden) continue;
    if (after >= from) segments.push({ from, to: after, offset });
    from = next;
    offset += moved;
  }
  segments.push({ from, to: Infinity, offset });
  return segments;
}

/** The last segment for which a condition holds that holds for all before it; the first if there is none. */
function lastWhere(segments: readonly Segment[], holds: (segment: Segment) => boolean): Segment {
  let low = 0;
  let high = segments.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const segment = segments[middle];
    if (segment !== undefined && holds(segment)) low = middle;
    else high = middle - 1;
  }
  const found = segments[low];
  if (found === undefined) throw new Error("a log has at least one segment");
  return found;
}
