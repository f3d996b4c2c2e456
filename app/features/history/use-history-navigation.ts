"use client";
// Opens another search. The list that is shown stays, dimmed, until the next one has arrived.
import { useEffect, useRef, useTransition } from "react";
import { useRouter } from "next/navigation";
import { historyHref, type HistoryParams } from "./history-address.ts";

/** After the last key. */
const DEBOUNCE_MS = 250;

export type HistoryNavigation = {
  isPending: boolean;
  /** A new entry in the history of the browser. */
  open: (params: HistoryParams) => void;
  /** While text is typed: replaces the address when the person pauses, so that Back does not lead through half-typed words. */
  type: (params: HistoryParams) => void;
  reload: () => void;
};

export function useHistoryNavigation(): HistoryNavigation {
  const router = useRouter();
  const [isPending, start] = useTransition();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return {
    isPending,
    open: (params) => {
      clearTimeout(timer.current);
      start(() => router.push(historyHref(params), { scroll: false }));
    },
    type: (params) => {
      clearTimeout(timer.current);
      timer.current = setTimeout(
        () => start(() => router.replace(historyHref(params), { scroll: false })),
        DEBOUNCE_MS,
      );
    },
    reload: () => start(() => router.refresh()),
  };
}
