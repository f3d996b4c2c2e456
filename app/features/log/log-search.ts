// The lines of one log that match a query. The server searches the stored lines from the start, in bounded chunks. Lines that
// the stream delivers meanwhile are searched here, so that nothing is requested twice. Lines that may still be redrawn are
// searched again with every change, because they can also lose a match.
import { lineFinder } from "#lib/domain/log-text.ts";
import type { LogLine, LogMatches } from "#lib/contract/log.ts";
import { problemOf, type ApiProblem } from "../../client/api.ts";
import type { LogStore } from "./log-store.ts";

/** More matches are not collected; the count then ends with "+". */
export const MATCHES_MAX = 10_000;

export type LogSearchResult = {
  /** Sorted. */
  lines: readonly number[];
  /** All lines up to this one have been searched. */
  searchedTo: number;
  isDone: boolean;
  problem: ApiProblem | undefined;
};

export type LogSearch = {
  subscribe: (listener: () => void) => () => void;
  snapshot: () => LogSearchResult;
  close: () => void;
};

type Options = {
  query: string;
  log: Pick<LogStore, "subscribe" | "snapshot" | "line">;
  find: (query: string, fromLine: number, signal: AbortSignal) => Promise<LogMatches>;
};

export function searchLog({ query, log, find }: Options): LogSearch {
  const isFound = lineFinder(query);
  const listeners = new Set<() => void>();
  const abort = new AbortController();
  const matches = createMatches(log, isFound);
  /** Settled lines up to here are searched by the server, or have been searched here. */
  let arrivedTo = log.snapshot().settledLines;
  let found: LogSearchResult = { lines: [], searchedTo: 0, isDone: false, problem: undefined };

  const change = (facts: Partial<LogSearchResult>) => {
    found = { ...found, ...facts };
    for (const listener of listeners) listener();
  };

  const searchStored = async (from: number) => {
    let fromLine: number | null = from;
    while (fromLine !== null && !matches.isFull()) {
      const { lines, nextLine }: LogMatches = await find(query, fromLine, abort.signal);
      if (abort.signal.aborted) return;
      fromLine = nextLine;
      const { settledLines } = log.snapshot();
      matches.addSettled(lines.filter((n) => n <= settledLines));
      change({ lines: matches.all(), searchedTo: nextLine === null ? Infinity : nextLine - 1 });
    }
    change({ isDone: true, searchedTo: Infinity });
  };

  let searching = Promise.resolve();
  const searchFrom = (line: number) => {
    searching = searching
      .then(() => searchStored(line))
      .catch((error: unknown) => {
        if (!abort.signal.aborted) change({ problem: problemOf(error), isDone: true });
      });
  };

  const searchArrived = () => {
    const { settledLines } = log.snapshot();
    const arrived = arrivedLines(log, arrivedTo + 1, settledLines);
    arrivedTo += arrived.length;
    matches.addSettled(arrived.filter(({ text }) => isFound(text)).map(({ n }) => n));
    const lines = matches.all();
    if (lines !== found.lines) change({ lines });
    // A reopened stream may skip lines that never arrived here. They are stored, so the server searches them.
    if (arrivedTo < settledLines && log.line(settledLines) !== undefined) {
      change({ isDone: false, searchedTo: Math.min(found.searchedTo, arrivedTo) });
      searchFrom(arrivedTo + 1);
      arrivedTo = settledLines;
    }
  };

  const stop = log.subscribe(searchArrived);
  searchFrom(1);
  return {
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    snapshot: () => found,
    close: () => {
      abort.abort();
      stop();
    },
  };
}

/** The lines from `from` on without a gap: a line may be counted before it arrives; it comes with the next event. */
function arrivedLines(log: Options["log"], from: number, to: number): LogLine[] {
  const arrived = [];
  for (let line; from + arrived.length <= to && (line = log.line(from + arrived.length)) !== undefined;) {
    arrived.push(line);
  }
  return arrived;
}

/** The matches so far: those in settled lines, which stay, and those in lines that may still be redrawn. */
function createMatches(log: Options["log"], isFound: (text: string) => boolean) {
  const known = new Set<number>();
  let settled: readonly number[] = [];
  let last: readonly number[] = [];

  const inLiveLines = () => {
    const { settledLines, totalLines } = log.snapshot();
    const matches = [];
    for (let n = settledLines + 1; n <= totalLines; n += 1) {
      const line = log.line(n);
      if (line !== undefined && isFound(line.text)) matches.push(n);
    }
    return matches.slice(0, Math.max(0, MATCHES_MAX - settled.length));
  };

  return {
    isFull: () => known.size >= MATCHES_MAX,
    addSettled(lines: readonly number[]) {
      const fresh = lines.filter((n) => !known.has(n)).slice(0, MATCHES_MAX - known.size);
      if (fresh.length === 0) return;
      for (const n of fresh) known.add(n);
      settled = [...settled, ...fresh].toSorted((a, b) => a - b);
    },
    /** Sorted. The same array while there is no change. */
    all() {
      const live = inLiveLines();
      const lines = live.length === 0 ? settled : [...settled, ...live];
      const isSame = lines.length === last.length && lines.every((n, index) => n === last[index]);
      if (!isSame) last = lines;
      return last;
    },
  };
}

/**
 * The nearest match after (or before) `from`, wrapping around at the ends of the log.
 * @returns undefined when there is none, or while a nearer match may still be found.
 */
export function nextMatch(
  { lines, searchedTo, isDone }: LogSearchResult,
  from: number,
  direction: 1 | -1,
): number | undefined {
  const nearest = direction === 1 ? lines.find((n) => n > from) : lines.findLast((n) => n < from);
  const isCertain = isDone || (direction === 1 ? (nearest ?? Infinity) <= searchedTo : from <= searchedTo);
  if (!isCertain) return undefined;
  if (nearest !== undefined) return nearest;
  return isDone ? lines.at(direction === 1 ? 0 : -1) : undefined;
}
