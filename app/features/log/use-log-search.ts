"use client";
import { useEffect, useState, useSyncExternalStore } from "react";
import type { LogMatches } from "#lib/contract/log.ts";
import { call } from "../../client/api.ts";
import { searchLog, type LogSearchResult, type LogSearch } from "./log-search.ts";
import type { LogStore } from "./log-store.ts";

/** After the last key. */
const DEBOUNCE_MS = 200;
const never = () => () => undefined;

/** The matches of a query, updated while the log grows; undefined until the search has started. */
export function useLogSearch(jobId: number, log: LogStore, query: string): LogSearchResult | undefined {
  const [opened, setOpened] = useState<{ query: string; search: LogSearch }>();
  useEffect(() => {
    if (query === "") return;
    let search: LogSearch | undefined;
    const timer = setTimeout(() => {
      search = searchLog({ query, log, find: (...what) => findLines(jobId, ...what) });
      setOpened({ query, search });
    }, DEBOUNCE_MS);
    return () => {
      clearTimeout(timer);
      search?.close();
    };
  }, [jobId, log, query]);
  const search = opened?.query === query ? opened.search : undefined;
  return useSyncExternalStore(
    search?.subscribe ?? never,
    () => search?.snapshot(),
    () => undefined,
  );
}

function findLines(jobId: number, query: string, fromLine: number, signal: AbortSignal): Promise<LogMatches> {
  return call("GET /api/jobs/{id}/log/matches", {
    params: { id: jobId },
    query: { q: query, fromLine },
    signal,
  });
}
