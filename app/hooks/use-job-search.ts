"use client";
// Jobs of the past, found by words. Asked once for what was typed; nothing is asked again by itself.
import { useEffect, useState } from "react";
import type { z } from "zod";
import { jobList } from "#lib/wire/schemas.ts";
import { callApi, problemOf, type ApiProblem } from "../lib/api.ts";

const DEBOUNCE_MS = 250;
const FOUND_MAX = 50;

export type JobSearch =
  | { phase: "idle" }
  | { phase: "searching" }
  | { phase: "found"; query: string; list: z.infer<typeof jobList> }
  | { phase: "failed"; query: string; problem: ApiProblem };

export function useJobSearch(text: string): JobSearch {
  const query = text.trim();
  const [answer, setAnswer] = useState<Exclude<JobSearch, { phase: "idle" | "searching" }>>();

  useEffect(() => {
    if (query === "") return;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      const path = `/api/jobs?q=${encodeURIComponent(query)}&limit=${FOUND_MAX}`;
      callApi({ path, answer: jobList, signal: abort.signal }).then(
        (list) => setAnswer({ phase: "found", query, list }),
        (error: unknown) => {
          if (!abort.signal.aborted) setAnswer({ phase: "failed", query, problem: problemOf(error) });
        },
      );
    }, DEBOUNCE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [query]);

  if (query === "") return { phase: "idle" };
  return answer?.query === query ? answer : { phase: "searching" };
}
