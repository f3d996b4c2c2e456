"use client";
// A preference in local storage, shared by all tabs of the browser. If storage is not available, the preference lasts as
// long as the page.
import { useCallback, useSyncExternalStore } from "react";

const listeners = new Set<() => void>();
const unstored = new Map<string, string>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener("storage", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("storage", listener);
  };
}

/** Outside of rendering: during hydration the hook does not have it yet. */
export function readLocalStorage(key: string): string | null {
  try {
    return localStorage.getItem(key) ?? unstored.get(key) ?? null;
  } catch {
    return unstored.get(key) ?? null;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    unstored.set(key, value);
  }
  for (const listener of listeners) listener();
}

/** The stored text; null when nothing is stored, and during server rendering. */
export function useLocalStorage(key: string): [string | null, (value: string) => void] {
  const value = useSyncExternalStore(
    subscribe,
    () => readLocalStorage(key),
    () => null,
  );
  const set = useCallback((next: string) => write(key, next), [key]);
  return [value, set];
}
