// URL fragments for log lines: #L10 and #L10-L20.

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

/** Shift-click extends the range from its first line. */
export function extendRange(marked: LineRange | undefined, n: number): LineRange {
  if (marked === undefined) return { from: n, to: n };
  return { from: Math.min(marked.from, n), to: Math.max(marked.from, n) };
}
