"use client";
import { useEffect, useState, useSyncExternalStore } from "react";
import { logEndpoints, type LogMatches } from "#lib/contract/log.ts";
import { call } from "../../client/api.ts";
import { searchLog, type LogSearchResult, type LogSearch } from "./log-search.ts";
import type { LogStore } from "./log-store.ts";

/** After the last key. */
const PAUSE_MS = 200;
const never = () => () => undefined;

/** What the log has of these words, also while it grows; undefined until the search has begun. */
export function useLogSearch(jobId: number, log: LogStore, words: string): LogSearchResult | undefined {
  const [opened, setOpened] = useState<{ words: string; search: LogSearch }>();
  useEffect(() => {
    if (words === "") return;
    let search: LogSearch | undefined;
    const timer = setTimeout(() => {
      search = searchLog({ words, log, find: (...what) => findLines(jobId, ...what) });
      setOpened({ words, search });
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      search?.close();
    };
  }, [jobId, log, words]);
  const search = opened?.words === words ? opened.search : undefined;
  return useSyncExternalStore(
    search?.subscribe ?? never,
    () => search?.snapshot(),
    () => undefined,
  );
}

function findLines(jobId: number, words: string, fromLine: number, signal: AbortSignal): Promise<LogMatches> {
  return call(logEndpoints.searchLog, { params: { id: jobId }, query: { q: words, fromLine }, signal });
}
