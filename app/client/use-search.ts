"use client";
// Search as you type. Only the latest query counts: earlier requests are aborted, and late responses are dropped. The previous
// results stay until the new ones arrive, so that the layout does not shift.
import { useEffect, useEffectEvent, useState } from "react";
import { problemOf, type ApiProblem } from "./api.ts";

export type Search<Found> =
  | { phase: "idle" }
  /** `previous`: the results of the previous query, if any. */
  | { phase: "searching"; previous: Found | undefined }
  | { phase: "found"; query: string; found: Found }
  | { phase: "failed"; query: string; problem: ApiProblem };

type Options<Found> = {
  /** The search is idle while this is empty. */
  query: string;
  /** The debounce after the last key. */
  debounceMs: number;
  /** @throws ApiError, or an AbortError. */
  find: (query: string, signal: AbortSignal) => Promise<Found>;
};

export function useSearch<Found>({ query, debounceMs, find }: Options<Found>): Search<Found> {
  const [answer, setAnswer] = useState<Extract<Search<Found>, { query: string }>>();
  const findLatest = useEffectEvent(find);

  useEffect(() => {
    if (query === "") return;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      findLatest(query, abort.signal).then(
        (found) => {
          if (!abort.signal.aborted) setAnswer({ phase: "found", query, found });
        },
        (error: unknown) => {
          if (!abort.signal.aborted) setAnswer({ phase: "failed", query, problem: problemOf(error) });
        },
      );
    }, debounceMs);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [query, debounceMs]);

  if (query === "") {
    // The next search starts without previous results.
    if (answer !== undefined) setAnswer(undefined);
    return { phase: "idle" };
  }
  if (answer?.query === query) return answer;
  return { phase: "searching", previous: answer?.phase === "found" ? answer.found : undefined };
}
