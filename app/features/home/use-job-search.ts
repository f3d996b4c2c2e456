"use client";
// Jobs of the past, found by words. Asked once for what was typed; nothing is asked again by itself.
import type { z } from "zod";
import { jobList } from "#lib/contract/job.ts";
import { callApi } from "../../client/api.ts";
import { useSearch, type Search } from "../../client/use-search.ts";

const PAUSE_MS = 250;
const MATCHES_MAX = 50;

export type JobSearch = Search<z.infer<typeof jobList>>;

export function useJobSearch(text: string): JobSearch {
  return useSearch({ query: text.trim(), pauseMs: PAUSE_MS, find: findJobs });
}

function findJobs(query: string, signal: AbortSignal): Promise<z.infer<typeof jobList>> {
  return callApi({
    path: `/api/jobs?q=${encodeURIComponent(query)}&limit=${MATCHES_MAX}`,
    answer: jobList,
    signal,
  });
}
