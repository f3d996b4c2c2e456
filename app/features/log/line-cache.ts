// The log lines of one job that the page has. Settled lines are in pages, and the least recently viewed pages are evicted, so
// that a log of a million lines costs no more than the viewed part. Lines that may still be redrawn are never evicted, because
// the server sends only their changes.
import { HIDDEN_LINE } from "#lib/domain/hidden-line.ts";
import type { LogLine, LogPage } from "#lib/contract/log.ts";
import type { LineRange } from "./line-range.ts";

export const PAGE_LINES = 500;
/** 80 pages of 500 lines: about 10 MB at most with ordinary lines. */
const PAGES_MAX = 80;

export type LineCache = {
  line: (n: number) => LogLine | undefined;
  /** The first of these lines that the cache does not have. */
  firstMissing: (from: number, to: number) => number | undefined;
  /** A line that was hidden, because scap marked it as sensitive, has been stored here. */
  hasHidden: () => boolean;
  put: (line: LogLine, isSettled: boolean) => void;
  /** A fetched page may be older than lines that the stream has pushed meanwhile. */
  putFetched: (page: LogPage, settledLines: number) => void;
  /** Live lines up to the first number are settled now, and those after the second are gone. */
  settle: (settledLines: number, totalLines: number) => void;
  /** The pages of these lines were viewed just now. */
  touch: (lines: LineRange) => void;
  /** Evicts pages that are not in view while there are too many. */
  evict: (inView: readonly LineRange[]) => void;
};

export function createLineCache(): LineCache {
  /** The order of the map is the order of last use. */
  const pages = new Map<number, (LogLine | undefined)[]>();
  const live = new Map<number, LogLine>();
  let hasHidden = false;

  const lineOf = (n: number) => live.get(n) ?? pages.get(pageOf(n))?.[(n - 1) % PAGE_LINES];

  const put = (line: LogLine, isSettled: boolean) => {
    hasHidden ||= line.text === HIDDEN_LINE;
    if (!isSettled) {
      live.set(line.n, line);
      return;
    }
    const index = pageOf(line.n);
    const page = pages.get(index) ?? [];
    page[(line.n - 1) % PAGE_LINES] = line;
    pages.set(index, page);
    live.delete(line.n);
  };

  return {
    line: lineOf,
    hasHidden: () => hasHidden,
    put,
    firstMissing: (from, to) => {
      for (let n = from; n <= to; n += 1) if (lineOf(n) === undefined) return n;
      return undefined;
    },
    putFetched: (page, settledLines) => {
      for (const line of page.lines) {
        const isSettled = line.n <= page.settledLines;
        if (!live.has(line.n) && (isSettled || line.n > settledLines)) put(line, isSettled);
      }
    },
    settle: (settledLines, totalLines) => {
      for (const line of live.values()) {
        if (line.n <= settledLines) put(line, true);
        else if (line.n > totalLines) live.delete(line.n);
      }
    },
    touch: ({ from, to }) => {
      for (let index = pageOf(from); index <= pageOf(to); index += 1) {
        const page = pages.get(index);
        if (page === undefined) continue;
        pages.delete(index);
        pages.set(index, page);
      }
    },
    evict: (inView) => {
      for (const index of pages.keys()) {
        if (pages.size <= PAGES_MAX) return;
        const isInView = inView.some(({ from, to }) => index >= pageOf(from) && index <= pageOf(to));
        if (!isInView) pages.delete(index);
      }
    },
  };
}

/** The index of the page that has line `n`. */
export function pageOf(n: number): number {
  return Math.floor((n - 1) / PAGE_LINES);
}
