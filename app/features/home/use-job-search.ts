"use client";
// Jobs of the past, found by words. Asked once for what was typed; nothing is asked again by itself.
import { jobEndpoints, type JobList } from "#lib/contract/job.ts";
import { call } from "../../client/api.ts";
import { useSearch, type Search } from "../../client/use-search.ts";

const PAUSE_MS = 250;
const MATCHES_MAX = 50;

export type JobSearch = Search<JobList>;

export function useJobSearch(text: string): JobSearch {
  return useSearch({ query: text.trim(), pauseMs: PAUSE_MS, find: findJobs });
}

function findJobs(query: string, signal: AbortSignal): Promise<JobList> {
  return call(jobEndpoints.listJobs, { query: { q: query, limit: MATCHES_MAX }, signal });
}
