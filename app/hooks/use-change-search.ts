"use client";
// Looking changes up in Gerrit while somebody types. Only the newest question counts: older ones are aborted,
// and an answer that comes out of order is dropped.
import { useEffect, useState } from "react";
import { changeList, type FoundChange } from "#lib/wire/schemas.ts";
import { callApi, problemOf, type ApiProblem } from "../lib/api.ts";

const DEBOUNCE_MS = 200;
export const QUERY_MAX = 500;

export type ChangeSearch =
  | { phase: "idle" }
  | { phase: "searching" }
  | { phase: "found"; query: string; changes: readonly FoundChange[] }
  | { phase: "failed"; query: string; problem: ApiProblem };

export function useChangeSearch(text: string): ChangeSearch {
  const query = text.trim().slice(0, QUERY_MAX);
  const [answer, setAnswer] = useState<Exclude<ChangeSearch, { phase: "idle" | "searching" }>>();

  useEffect(() => {
    if (query === "") return;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      findChanges(query, abort.signal).then(
        (changes) => setAnswer({ phase: "found", query, changes }),
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

/** @throws ApiError, or an AbortError. */
export async function findChanges(query: string, signal?: AbortSignal): Promise<readonly FoundChange[]> {
  const { changes } = await callApi({
    path: `/api/changes?q=${encodeURIComponent(query)}`,
    answer: changeList,
    ...(signal === undefined ? {} : { signal }),
  });
  return changes;
}
