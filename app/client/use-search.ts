"use client";
// Looking something up while somebody types. Only the newest words count: older questions are aborted, and an answer
// that comes out of order is dropped. What was found before stays until then, so that nothing on the page jumps.
import { useEffect, useEffectEvent, useState } from "react";
import { problemOf, type ApiProblem } from "./api.ts";

export type Search<Found> =
  | { phase: "idle" }
  /** `before` is what the words before these have found; undefined when there was nothing before. */
  | { phase: "searching"; before: Found | undefined }
  | { phase: "found"; query: string; found: Found }
  | { phase: "failed"; query: string; problem: ApiProblem };

type Options<Found> = {
  /** Without words it is idle. */
  query: string;
  /** After the last key. */
  pauseMs: number;
  /** @throws ApiError, or an AbortError. */
  find: (query: string, signal: AbortSignal) => Promise<Found>;
};

export function useSearch<Found>({ query, pauseMs, find }: Options<Found>): Search<Found> {
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
    }, pauseMs);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [query, pauseMs]);

  if (query === "") {
    // The next search begins with an empty page.
    if (answer !== undefined) setAnswer(undefined);
    return { phase: "idle" };
  }
  if (answer?.query === query) return answer;
  return { phase: "searching", before: answer?.phase === "found" ? answer.found : undefined };
}
