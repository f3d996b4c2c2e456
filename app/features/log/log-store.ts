// The cache of log lines of one job. The stream pushes new and redrawn lines (`apply`); older lines are fetched in pages when
// they come into view (`want`). The cache is bounded: least recently viewed pages are evicted and fetched again when needed,
// so that a log of a million lines costs no more than the viewed part.
import { HIDDEN_LINE } from "#lib/domain/hidden-line.ts";
import { unpackBlock } from "#lib/contract/log-blocks.ts";
import type { LogBlock, LogLine, LogPage } from "#lib/contract/log.ts";
import { problemOf } from "../../client/api.ts";
import type { LineRange } from "./line-range.ts";

export const PAGE_LINES = 500;
/** 80 pages of 500 lines: about 10 MB at most with ordinary lines. */
const PAGES_MAX = 80;
const FETCHES_MAX = 2;
const RETRY_MS = 3000;

export type LogSnapshot = {
  totalLines: number;
  /** Lines up to this one are immutable. */
  settledLines: number;
  complete: boolean;
  /** A page in view could not be fetched; it is retried. */
  failed: boolean;
  /** The retention policy has removed the log while the page was open. */
  removed: boolean;
  /** A fetched line is hidden, because scap marked it as sensitive. */
  hasHidden: boolean;
  /** Incremented with every change, including changes of lines. */
  version: number;
};

export type LogStore = {
  subscribe: (listener: () => void) => () => void;
  snapshot: () => LogSnapshot;
  line: (n: number) => LogLine | undefined;
  /** An `output` event of the stream. */
  apply: (output: { blocks: readonly LogBlock[]; totalLines: number; settledLines: number }) => void;
  /** No more output will arrive. */
  finish: () => void;
  /** These lines are in view: those that are missing are fetched. */
  want: (ranges: readonly LineRange[]) => void;
};

type FetchPage = (fromLine: number, limit: number) => Promise<LogPage>;

export function createLogStore(first: LogPage, fetchPage: FetchPage): LogStore {
  /** Settled lines by page index; the order of the map is the order of last use. */
  const pages = new Map<number, (LogLine | undefined)[]>();
  /** Lines that may still be redrawn. Never evicted, because the server sends only their changes. */
  const live = new Map<number, LogLine>();
  const fetching = new Set<number>();
  const failedAt = new Map<number, number>();
  const listeners = new Set<() => void>();
  let wanted: readonly LineRange[] = [];
  let snapshot: LogSnapshot = {
    totalLines: first.totalLines,
    settledLines: first.settledLines,
    complete: first.complete,
    failed: false,
    removed: false,
    hasHidden: first.lines.some((line) => line.text === HIDDEN_LINE),
    version: 0,
  };
  let retryTimer: ReturnType<typeof setTimeout> | undefined;

  const change = (facts: Partial<LogSnapshot>) => {
    snapshot = { ...snapshot, ...facts, version: snapshot.version + 1 };
    for (const listener of listeners) listener();
  };

  const lineOf = (n: number) => live.get(n) ?? pages.get(pageOf(n))?.[(n - 1) % PAGE_LINES];

  const detectHidden = (line: LogLine) => {
    if (line.text === HIDDEN_LINE && !snapshot.hasHidden) snapshot = { ...snapshot, hasHidden: true };
  };

  const putSettled = (line: LogLine) => {
    detectHidden(line);
    const index = pageOf(line.n);
    const page = pages.get(index) ?? [];
    page[(line.n - 1) % PAGE_LINES] = line;
    pages.set(index, page);
    live.delete(line.n);
  };

  const putLive = (line: LogLine) => {
    detectHidden(line);
    live.set(line.n, line);
  };

  /** A fetched page may be older than lines that the stream has pushed meanwhile. */
  const putFetched = (page: LogPage) => {
    for (const line of page.lines) {
      if (line.n <= page.settledLines) {
        if (!live.has(line.n)) putSettled(line);
      } else if (line.n > snapshot.settledLines && !live.has(line.n)) {
        putLive(line);
      }
    }
  };

  const settle = (settledLines: number, totalLines: number) => {
    for (const line of live.values()) {
      if (line.n <= settledLines) putSettled(line);
      else if (line.n > totalLines) live.delete(line.n);
    }
  };

  const touch = (index: number) => {
    const page = pages.get(index);
    if (page === undefined) return;
    pages.delete(index);
    pages.set(index, page);
  };

  const evictOldPages = () => {
    for (const index of pages.keys()) {
      if (pages.size <= PAGES_MAX) return;
      const isWanted = wanted.some(({ from, to }) => index >= pageOf(from) && index <= pageOf(to));
      if (!isWanted) pages.delete(index);
    }
  };

  const firstMissing = (from: number, to: number) => {
    for (let n = from; n <= to; n += 1) {
      if (lineOf(n) === undefined) return n;
    }
    return undefined;
  };

  const fetchMissing = () => {
    if (snapshot.removed) return;
    for (const range of wanted) fetchMissingOf(range.from, Math.min(range.to, snapshot.totalLines));
  };

  const fetchMissingOf = (from: number, to: number) => {
    for (let index = pageOf(from); from <= to && index <= pageOf(to); index += 1) {
      if (fetching.size >= FETCHES_MAX) return;
      const start = index * PAGE_LINES + 1;
      const justFailed = Date.now() - (failedAt.get(index) ?? -Infinity) < RETRY_MS;
      if (fetching.has(index) || justFailed) continue;
      const missing = firstMissing(Math.max(start, from), Math.min(start + PAGE_LINES - 1, to));
      if (missing === undefined) continue;
      // First the whole page, then the lines that the server left out because of their length.
      void fetchOne(index, firstMissing(start, missing) ?? missing);
    }
  };

  const fetchOne = async (index: number, from: number) => {
    fetching.add(index);
    try {
      const page = await fetchPage(from, (index + 1) * PAGE_LINES - from + 1);
      if (page.lines.length === 0) throw new Error(`the log has no line ${from}`);
      failedAt.delete(index);
      putFetched(page);
      touch(index);
      evictOldPages();
      change({ failed: failedAt.size > 0 });
    } catch (error) {
      if (problemOf(error).code === "output_removed") return change({ removed: true, failed: false });
      // Reported as `failed`, and retried without action by the reader.
      failedAt.set(index, Date.now());
      change({ failed: true });
      clearTimeout(retryTimer);
      retryTimer = setTimeout(fetchMissing, RETRY_MS + 50);
    } finally {
      fetching.delete(index);
    }
    fetchMissing();
  };

  putFetched(first);

  return {
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    snapshot: () => snapshot,
    line: (n) => (n > snapshot.totalLines ? undefined : lineOf(n)),
    apply: ({ blocks, totalLines, settledLines }) => {
      for (const block of blocks) {
        for (const line of unpackBlock(block, lineOf)) {
          if (line.n <= settledLines) putSettled(line);
          else putLive(line);
        }
      }
      settle(settledLines, totalLines);
      evictOldPages();
      // A shared stream resumes from the position of the tab that has the fewest lines.
      const settled = Math.min(totalLines, Math.max(snapshot.settledLines, settledLines));
      change({ totalLines, settledLines: settled });
    },
    finish: () => {
      if (snapshot.complete) return;
      settle(snapshot.totalLines, snapshot.totalLines);
      change({ complete: true, settledLines: snapshot.totalLines });
    },
    want: (ranges) => {
      wanted = ranges;
      for (const { from, to } of ranges) {
        for (let index = pageOf(from); index <= pageOf(to); index += 1) touch(index);
      }
      fetchMissing();
    },
  };
}

function pageOf(n: number): number {
  return Math.floor((n - 1) / PAGE_LINES);
}
