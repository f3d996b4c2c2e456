// URL fragments for log lines: #L10 and #L10-L20.

import { formatCount } from "../../text/format.ts";

export type LineRange = { from: number; to: number };

export function parseLineHash(hash: string): LineRange | undefined {
  const match = /^#L(\d{1,9})(?:-L?(\d{1,9}))?$/.exec(hash);
  if (match?.[1] === undefined) return undefined;
  const from = Number(match[1]);
  const to = match[2] === undefined ? from : Number(match[2]);
  if (from < 1 || to < 1) return undefined;
  return { from: Math.min(from, to), to: Math.max(from, to) };
}

export function lineHash(range: LineRange): string {
  return range.from === range.to ? `#L${range.from}` : `#L${range.from}-L${range.to}`;
}

/** The range from the line that was marked first to `n`, as in lists: another Shift+click moves only the other end. */
export function extendRange(marked: LineRange | undefined, anchor: number | undefined, n: number): LineRange {
  if (marked === undefined) return { from: n, to: n };
  const isInside = anchor !== undefined && anchor >= marked.from && anchor <= marked.to;
  const start = isInside ? anchor : marked.from;
  return { from: Math.min(start, n), to: Math.max(start, n) };
}

/** "Line 12" or "Lines 12–20". */
export function rangeLabel({ from, to }: LineRange): string {
  return from === to ? `Line ${formatCount(from)}` : `Lines ${formatCount(from)}–${formatCount(to)}`;
}

export function* numbersIn(ranges: readonly LineRange[]): Generator<number> {
  for (const { from, to } of ranges) for (let n = from; n <= to; n += 1) yield n;
}
