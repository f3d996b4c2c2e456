"use client";
// The title of the tab. A page sets its own; if it has none, the title that Next renders from its metadata is used. The header
// adds the questions that wait (app/features/shell/tab-indicator.tsx).
import { useEffect, useSyncExternalStore } from "react";

export type PageTitle = {
  text: string;
  /** It says already that scap waits for input. */
  isQuestion: boolean;
};

let current: PageTitle | undefined;
const listeners = new Set<() => void>();

function set(title: PageTitle | undefined): void {
  current = title;
  for (const listener of listeners) listener();
}

/** Sets the title as long as the component is rendered. */
export function usePageTitle(text: string, { isQuestion }: { isQuestion: boolean }): void {
  useEffect(() => {
    set({ text, isQuestion });
  }, [text, isQuestion]);
  useEffect(() => () => set(undefined), []);
}

/** Undefined if the page has set none. */
export function useCurrentPageTitle(): PageTitle | undefined {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
    () => undefined,
  );
}
