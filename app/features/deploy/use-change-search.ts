"use client";
// Searches Gerrit for changes by words, numbers and URLs.
import type { FoundChange } from "#lib/contract/change.ts";
import { call } from "../../client/api.ts";
import { exactReferences } from "./change-input.ts";
import { useSearch, type Search } from "../../client/use-search.ts";

const DEBOUNCE_MS = 200;
const QUERY_MAX = 500;

export type ChangeSearch = Search<readonly FoundChange[]>;

/** Several numbers are a list to select, not words to search for. */
export function useChangeSearch(text: string): ChangeSearch {
  const isList = (exactReferences(text)?.length ?? 0) > 1;
  const query = isList ? "" : text.trim().slice(0, QUERY_MAX);
  return useSearch({ query, debounceMs: DEBOUNCE_MS, find: findChanges });
}

/** @throws ApiError, or an AbortError. */
export async function findChanges(query: string, signal?: AbortSignal): Promise<readonly FoundChange[]> {
  const { changes } = await call("GET /api/changes", {
    query: { q: query },
    ...(signal === undefined ? {} : { signal }),
  });
  return changes;
}
