// The lines of one job's log that this page has seen. The stream pushes new and redrawn ones (`apply`), older ones are
// fetched a page at a time when they come into view (`want`). Bounded: a page that was not viewed for long is forgotten
// and fetched again if need be, so a log of a million lines costs no more than what is viewed.
import { HIDDEN_LINE } from "#lib/domain/hidden-line.ts";
import { unpackBlock } from "#lib/contract/log-blocks.ts";
import type { LogBlock, LogLine, LogPage } from "#lib/contract/log.ts";
import { problemOf } from "../../client/api.ts";

export const PAGE_LINES = 500;
/** 80 pages of 500 lines: about 10 MB at most with ordinary lines. */
const PAGES_MAX = 80;
const FETCHES_MAX = 2;
const RETRY_MS = 3000;

export type LogSnapshot = {
  totalLines: number;
  /** Lines up to this one never change again. */
  settledLines: number;
  complete: boolean;
  /** A page that is looked at could not be fetched; it is tried again. */
  failed: boolean;
  /** The retention rule has removed the log while the page was open. */
  removed: boolean;
  /** Some line that was seen is hidden, because scap marked it as sensitive. */
  hasHidden: boolean;
  /** Grows with every change, also of lines. */
  version: number;
};

export type LogStore = {
  subscribe: (listener: () => void) => () => void;
  snapshot: () => LogSnapshot;
  line: (n: number) => LogLine | undefined;
  /** An `output` event of the stream. */
  apply: (output: { blocks: readonly LogBlock[]; totalLines: number; settledLines: number }) => void;
  /** No more output will come. */
  finish: () => void;
  /** Lines `from` to `to` are being looked at: whatever is missing of them is fetched. */
  want: (from: number, to: number) => void;
};

type FetchPage = (fromLine: number, limit: number) => Promise<LogPage>;

export function createLogStore(first: LogPage, fetchPage: FetchPage): LogStore {
  /** Settled lines, by page index; the order of the map is the order of last use. */
  const pages = new Map<number, (LogLine | undefined)[]>();
  /** Lines that may still be redrawn. Never forgotten: the server sends only what changes of them. */
  const live = new Map<number, LogLine>();
  const fetching = new Set<number>();
  const failedAt = new Map<number, number>();
  const listeners = new Set<() => void>();
  let wanted = { from: 1, to: 0 };
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

  const noteHidden = (line: LogLine) => {
    if (line.text === HIDDEN_LINE && !snapshot.hasHidden) snapshot = { ...snapshot, hasHidden: true };
  };

  const putSettled = (line: LogLine) => {
    noteHidden(line);
    const index = pageOf(line.n);
    const page = pages.get(index) ?? [];
    page[(line.n - 1) % PAGE_LINES] = line;
    pages.set(index, page);
    live.delete(line.n);
  };

  const putLive = (line: LogLine) => {
    noteHidden(line);
    live.set(line.n, line);
  };

  /** A fetched page may be older than what the stream has pushed meanwhile. */
  const putFetched = (page: LogPage) => {
    for (const line of page.lines) {
      if (line.n <= page.settledLines) {
        if (!live.has(line.n)) putSettled(line);
      } else if (line.n > snapshot.settledLines && !live.has(line.n)) putLive(line);
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

  const forgetOldPages = () => {
    for (const index of pages.keys()) {
      if (pages.size <= PAGES_MAX) return;
      if (index < pageOf(wanted.from) || index > pageOf(wanted.to)) pages.delete(index);
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
    const to = Math.min(wanted.to, snapshot.totalLines);
    if (to < wanted.from) return;
    for (let index = pageOf(wanted.from); index <= pageOf(to); index += 1) {
      if (fetching.size >= FETCHES_MAX) return;
      const start = index * PAGE_LINES + 1;
      const justFailed = Date.now() - (failedAt.get(index) ?? -Infinity) < RETRY_MS;
      if (fetching.has(index) || justFailed) continue;
      const missing = firstMissing(Math.max(start, wanted.from), Math.min(start + PAGE_LINES - 1, to));
      if (missing === undefined) continue;
      // The whole page at first; then what the server left out because the lines are very long.
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
      forgetOldPages();
      change({ failed: failedAt.size > 0 });
    } catch (error) {
      if (problemOf(error).code === "output_removed") return change({ removed: true, failed: false });
      // Shown by `failed`; what was looked at is tried again, so that the reader need not do anything.
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
      forgetOldPages();
      // A stream that tabs share is as far as the tab that has least.
      const settled = Math.min(totalLines, Math.max(snapshot.settledLines, settledLines));
      change({ totalLines, settledLines: settled });
    },
    finish: () => {
      if (snapshot.complete) return;
      settle(snapshot.totalLines, snapshot.totalLines);
      change({ complete: true, settledLines: snapshot.totalLines });
    },
    want: (from, to) => {
      wanted = { from: Math.max(1, from), to };
      for (let index = pageOf(wanted.from); index <= pageOf(to); index += 1) touch(index);
      fetchMissing();
    },
  };
}

function pageOf(n: number): number {
  return Math.floor((n - 1) / PAGE_LINES);
}
