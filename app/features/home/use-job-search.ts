"use client";
// Searches all jobs by words. Each query is sent once; results are not refreshed.
import { jobEndpoints, type JobList } from "#lib/contract/job.ts";
import { call } from "../../client/api.ts";
import { useSearch, type Search } from "../../client/use-search.ts";

const DEBOUNCE_MS = 250;
const RESULTS_MAX = 50;

export type JobSearch = Search<JobList>;

export function useJobSearch(text: string): JobSearch {
  return useSearch({ query: text.trim(), debounceMs: DEBOUNCE_MS, find: findJobs });
}

function findJobs(query: string, signal: AbortSignal): Promise<JobList> {
  return call(jobEndpoints.listJobs, { query: { q: query, limit: RESULTS_MAX }, signal });
}
