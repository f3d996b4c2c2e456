// The lines of one job's log that this page has seen. New ones are pushed (`append`), older ones are fetched a
// page at a time when somebody looks at them (`want`). Bounded: a page that nobody looked at for long is
// forgotten and fetched again if need be, so a log of a million lines costs no more than what is looked at.
import { HIDDEN_LINE } from "#lib/domain/hidden-line.ts";
import type { LogLine, LogPage } from "#lib/wire/schemas.ts";
import { problemOf } from "./api.ts";

export const PAGE_LINES = 500;
/** 80 pages of 500 lines: about 10 MB at most with ordinary lines. */
const PAGES_MAX = 80;
const FETCHES_MAX = 2;
const RETRY_MS = 3000;

export type LogSnapshot = {
  totalLines: number;
  /** The unfinished last line of the terminal. */
  openLine: string;
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
  append: (output: { lines: readonly LogLine[]; openLine: string; totalLines: number }) => void;
  /** No more output will come. */
  finish: () => void;
  /** Lines `from` to `to` are being looked at: whatever is missing of them is fetched. */
  want: (from: number, to: number) => void;
};

type FetchPage = (fromLine: number, limit: number) => Promise<LogPage>;

export function createLogStore(first: LogPage, fetchPage: FetchPage): LogStore {
  /** By page index; the order of the map is the order of last use. */
  const pages = new Map<number, (LogLine | undefined)[]>();
  const fetching = new Set<number>();
  const failedAt = new Map<number, number>();
  const listeners = new Set<() => void>();
  let wanted = { from: 1, to: 0 };
  let snapshot: LogSnapshot = {
    totalLines: first.totalLines,
    openLine: "",
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

  const put = (lines: readonly LogLine[]) => {
    for (const line of lines) {
      if (line.text === HIDDEN_LINE && !snapshot.hasHidden) snapshot = { ...snapshot, hasHidden: true };
      const index = pageOf(line.n);
      const page = pages.get(index) ?? [];
      page[(line.n - 1) % PAGE_LINES] = line;
      pages.set(index, page);
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
      if (pages.get(pageOf(n))?.[(n - 1) % PAGE_LINES] === undefined) return n;
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
      put(page.lines);
      touch(index);
      forgetOldPages();
      change({ totalLines: Math.max(snapshot.totalLines, page.totalLines), failed: failedAt.size > 0 });
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

  put(first.lines);

  return {
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    snapshot: () => snapshot,
    line: (n) => pages.get(pageOf(n))?.[(n - 1) % PAGE_LINES],
    append: ({ lines, openLine, totalLines }) => {
      put(lines);
      forgetOldPages();
      change({ openLine, totalLines: Math.max(snapshot.totalLines, totalLines) });
    },
    finish: () => {
      if (!snapshot.complete) change({ complete: true, openLine: snapshot.openLine });
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
