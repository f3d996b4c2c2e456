// The log of one job in a browser. The stream pushes new and redrawn lines (`apply`); older lines are fetched in pages when they
// come into view (`want`). line-cache.ts keeps the lines.
import { unpackBlock } from "#lib/contract/log-blocks.ts";
import type { LogBlock, LogLine, LogPage } from "#lib/contract/log.ts";
import { problemOf } from "../../client/api.ts";
import { createLineCache, type LineCache, PAGE_LINES, pageOf } from "./line-cache.ts";
import type { LineRange } from "./line-range.ts";

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
  const cache = createLineCache();
  cache.putFetched(first, first.settledLines);
  const listeners = new Set<() => void>();
  let wanted: readonly LineRange[] = [];
  let snapshot: LogSnapshot = {
    totalLines: first.totalLines,
    settledLines: first.settledLines,
    complete: first.complete,
    failed: false,
    removed: false,
    hasHidden: cache.hasHidden(),
    version: 0,
  };

  const change = (facts: Partial<LogSnapshot>) => {
    snapshot = { ...snapshot, ...facts, hasHidden: cache.hasHidden(), version: snapshot.version + 1 };
    for (const listener of listeners) listener();
  };
  const fetcher = createPageFetcher({
    cache,
    fetchPage,
    wanted: () =>
      snapshot.removed ? [] : wanted.map(({ from, to }) => ({ from, to: Math.min(to, snapshot.totalLines) })),
    onPage: (page, from, failed) => {
      cache.putFetched(page, snapshot.settledLines);
      cache.touch({ from, to: from });
      cache.evict(wanted);
      change({ failed });
    },
    onFailed: () => change({ failed: true }),
    onRemoved: () => change({ removed: true, failed: false }),
  });

  return {
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    snapshot: () => snapshot,
    line: (n) => (n > snapshot.totalLines ? undefined : cache.line(n)),
    apply: ({ blocks, totalLines, settledLines }) => {
      for (const block of blocks) {
        for (const line of unpackBlock(block, cache.line)) cache.put(line, line.n <= settledLines);
      }
      cache.settle(settledLines, totalLines);
      cache.evict(wanted);
      // A shared stream resumes from the position of the tab that has the fewest lines.
      const settled = Math.min(totalLines, Math.max(snapshot.settledLines, settledLines));
      change({ totalLines, settledLines: settled });
    },
    finish: () => {
      if (snapshot.complete) return;
      cache.settle(snapshot.totalLines, snapshot.totalLines);
      change({ complete: true, settledLines: snapshot.totalLines });
    },
    want: (ranges) => {
      wanted = ranges;
      for (const range of ranges) cache.touch(range);
      fetcher.fetchMissing();
    },
  };
}

type FetcherOptions = {
  cache: LineCache;
  fetchPage: FetchPage;
  /** The lines in view that exist. */
  wanted: () => readonly LineRange[];
  /** @param failed another page could not be fetched. */
  onPage: (page: LogPage, from: number, failed: boolean) => void;
  onFailed: () => void;
  onRemoved: () => void;
};

/** Fetches the pages of lines in view that the cache does not have, a few at a time. What fails is tried again. */
function createPageFetcher({ cache, fetchPage, wanted, ...on }: FetcherOptions) {
  const fetching = new Set<number>();
  const failedAt = new Map<number, number>();
  let retryTimer: ReturnType<typeof setTimeout> | undefined;

  const fetchMissing = () => {
    for (const { from, to } of wanted()) fetchRange(from, to);
  };

  const fetchRange = (from: number, to: number) => {
    for (let index = pageOf(from); from <= to && index <= pageOf(to); index += 1) {
      if (fetching.size >= FETCHES_MAX) return;
      const start = index * PAGE_LINES + 1;
      const justFailed = Date.now() - (failedAt.get(index) ?? -Infinity) < RETRY_MS;
      if (fetching.has(index) || justFailed) continue;
      const missing = cache.firstMissing(Math.max(start, from), Math.min(start + PAGE_LINES - 1, to));
      if (missing === undefined) continue;
      // First the whole page, then the lines that the server left out because of their length.
      void fetchOne(index, cache.firstMissing(start, missing) ?? missing);
    }
  };

  const fetchOne = async (index: number, from: number) => {
    fetching.add(index);
    try {
      const page = await fetchPage(from, (index + 1) * PAGE_LINES - from + 1);
      if (page.lines.length === 0) throw new Error(`the log has no line ${from}`);
      failedAt.delete(index);
      on.onPage(page, from, failedAt.size > 0);
    } catch (error) {
      if (problemOf(error).code === "output_removed") return on.onRemoved();
      // Reported as `failed`, and retried without action by the reader.
      failedAt.set(index, Date.now());
      on.onFailed();
      clearTimeout(retryTimer);
      retryTimer = setTimeout(fetchMissing, RETRY_MS + 50);
    } finally {
      fetching.delete(index);
    }
    fetchMissing();
  };

  return { fetchMissing };
}
